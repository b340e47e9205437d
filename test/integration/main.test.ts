import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { request, signInFirst } from './gateway.ts'
import { firstPassword, runGateway, startGatewayProcess } from './gateway-process.ts'

let folder: string
let data: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-main-'))
  data = join(folder, 'data')
})
afterEach(() => rm(folder, { recursive: true }))

describe('the process', () => {
  test('shows the first password once, keeps its data to itself, and ends when told to', async () => {
    const first = await startGatewayProcess({ LIFELINE_DATA_DIR: data }, ['--demo'])
    const password = firstPassword(first)
    expect(password.length).toBeGreaterThanOrEqual(16)
    const admin = await signInFirst(first.url, 'admin@lifeline.local', password)
    const devices = await admin.call('GET', '/api/devices')
    expect(devices.body.map(({ name }: { name: string }) => name)).toEqual(['demo-box', 'demo-chatterbox'])
    expect((await stat(data)).mode & 0o777).toBe(0o700)
    expect((await stat(join(data, 'master.key'))).mode & 0o777).toBe(0o600)
    expect(await first.stop()).toBe(0)

    const second = await startGatewayProcess({ LIFELINE_DATA_DIR: data }, ['--demo'])
    expect(second.output()).not.toContain('Password')
    expect((await admin.at(second.url).call('GET', '/api/devices')).body).toHaveLength(2)
    expect(await second.stop()).toBe(0)
  })

  test('a generated password must be changed before anything else', async () => {
    const gateway = await startGatewayProcess({ LIFELINE_DATA_DIR: data })
    const body = { email: 'admin@lifeline.local', password: firstPassword(gateway) }
    const signedIn = await request(gateway.url, { method: 'POST', path: '/api/session', body, headers: {} })
    const Cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const answer = await request(gateway.url, { method: 'GET', path: '/api/devices', headers: { Cookie } })
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'password-change-required' } } })
    await gateway.stop()
  })

  test('a wrong master key refuses in words and changes nothing', async () => {
    const gateway = await startGatewayProcess({ LIFELINE_DATA_DIR: data })
    await gateway.stop()
    const before = await readFile(join(data, 'lifeline.db'))
    const other = await runGateway({
      LIFELINE_DATA_DIR: data,
      LIFELINE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    })
    expect(other.code).toBe(1)
    expect(other.output).toMatch(/master key .* is not the one/)
    expect(other.output).not.toMatch(/\bat .*\.ts/)
    expect(await readFile(join(data, 'lifeline.db'))).toEqual(before)
    const again = await startGatewayProcess({ LIFELINE_DATA_DIR: data })
    expect(await again.stop()).toBe(0)
  })

  test('a second gateway in the same folder, or on the same port, is told why it cannot be', async () => {
    const gateway = await startGatewayProcess({ LIFELINE_DATA_DIR: data })
    const sameFolder = await runGateway({ LIFELINE_DATA_DIR: data })
    expect(sameFolder).toMatchObject({
      code: 1,
      output: expect.stringContaining('Another gateway is working in'),
    })
    const taken = new URL(gateway.url).host
    const samePort = await runGateway({ LIFELINE_DATA_DIR: join(folder, 'other'), LIFELINE_LISTEN: taken })
    expect(samePort).toMatchObject({ code: 1, output: expect.stringContaining('another program listens') })
    await gateway.stop()
  })

  test('a mistake in the configuration is told with its place, and nothing is made', async () => {
    const file = join(folder, 'lifeline.toml')
    await writeFile(file, 'listen = "here"\n')
    const run = await runGateway({
      LIFELINE_DATA_DIR: data,
      LIFELINE_CONFIG: file,
      LIFELINE_LOG_LEVEL: 'loud',
      LIFELINE_LISTEN: '127.0.0.1:0',
    })
    expect(run.code).toBe(1)
    expect(run.output).toContain(`${file}: listen must be ADDRESS:PORT`)
    expect(run.output).toContain('LIFELINE_LOG_LEVEL must be one of')
    expect(await readdir(folder)).toEqual(['lifeline.toml'])
  })

  test('an unknown flag shows how it is used', async () => {
    const run = await runGateway({}, ['--dmeo'])
    expect(run).toMatchObject({ code: 1, output: expect.stringContaining('Usage: scripts/start') })
  })
})
