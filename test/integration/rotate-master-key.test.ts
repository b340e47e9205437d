import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Person, signInFirst } from './gateway.ts'
import { firstPassword, type GatewayProcess, runGateway, startGatewayProcess } from './gateway-process.ts'

const program = join(import.meta.dirname, '../../server/rotate-master-key.ts')
const password = 'bcdefghijklnoprstuvxbcde'

let folder: string
let gateway: GatewayProcess
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-rotation-'))
})
afterEach(async () => {
  await gateway.kill().catch(() => undefined)
  await rm(folder, { recursive: true })
})

const start = async (environment: Record<string, string> = {}) => {
  gateway = await startGatewayProcess({ LIFELINE_DATA_DIR: folder, ...environment })
}

function rotate(options: string[] = [], environment: Record<string, string> = {}, input = '') {
  const env = { PATH: process.env.PATH, ...environment }
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const args = [program, '--data', folder, ...options]
    const child = execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      }),
    )
    child.stdin?.end(input)
  })
}

/** A device whose root password is kept, and which waits for its first boot. */
async function keepOne(admin: Person): Promise<{ id: string; address: string }> {
  const { body: project } = await admin.call('POST', '/api/projects', { name: 'fleet' })
  const transport = { kind: 'tcp', host: '127.0.0.1', port: 9 }
  const { body: device } = await admin.call('POST', '/api/devices', {
    ...{ projectId: project.id, name: 'web-1', enabled: false, transport },
  })
  await admin.call('PUT', `/api/devices/${device.id}/root-password`, { password })
  const { body: marked } = await admin.call('POST', `/api/devices/${device.id}/provisioning`, {})
  return { id: device.id, address: new URL(marked.address).pathname }
}

const reveal = async (admin: Person, id: string) =>
  (await admin.call('POST', `/api/devices/${id}/root-password/reveal`, { reason: 'a test' })).body.password

test('one command exchanges the key while the gateway runs, and it runs on', async () => {
  await start()
  const first = await signInFirst(gateway.url, 'admin@lifeline.local', firstPassword(gateway))
  const { id, address } = await keepOne(first)
  expect((await fetch(`${gateway.url}${address}meta-data`)).status).toBe(200)
  const old = await readFile(join(folder, 'master.key'), 'latin1')

  const ended = await rotate()
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toMatch(
    /^The master key is now [0-9a-f]{8}, instead of [0-9a-f]{8}\. Sealed anew: 1\.\n/,
  )
  expect(ended.stdout).toContain('Addresses of first boots that are dead now: 1.')
  expect(await readFile(join(folder, 'master.key'), 'latin1')).not.toBe(old)
  expect(await reveal(first, id)).toBe(password)
  expect((await fetch(`${gateway.url}${address}meta-data`)).status).toBe(404)
  const { body: audit } = await first.call('GET', '/api/audit?action=master-key.rotated')
  expect(audit).toMatchObject([{ actor: 'gateway', detail: { resealed: 1, revoked: 1 } }])

  expect(await gateway.stop()).toBe(0)
  await start()
  expect(await reveal(first.at(gateway.url), id)).toBe(password)

  await gateway.stop()
  expect(await rotate(), 'also without a gateway').toMatchObject({ code: 0, stderr: '' })
  await start()
  expect(await reveal(first.at(gateway.url), id)).toBe(password)
})

test('what was sealed before is overwritten as soon as no other program reads the database', async () => {
  await start()
  const admin = await signInFirst(gateway.url, 'admin@lifeline.local', firstPassword(gateway))
  await keepOne(admin)
  const reader = new Database(join(folder, 'lifeline.db'), { readonly: true })
  reader.exec('begin')
  const wrapped = Buffer.from(Object(reader.prepare('select wrappedKey from sealed').get()).wrappedKey)
  const isThere = () =>
    ['lifeline.db', 'lifeline.db-wal'].some((name) =>
      readFileSync(join(folder, name)).includes(wrapped.subarray(1, 17)),
    )
  expect((await rotate()).stdout).toContain('Another program reads the database just now')
  expect(isThere()).toBe(true)
  reader.close()
  await expect.poll(isThere, { timeout: 60_000, interval: 50 }).toBe(false)
})

test('a key that comes from elsewhere is given, and the gateway starts with it only', async () => {
  const [one, two] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'))
  const from = (key = '') => ({ LIFELINE_MASTER_KEY_COMMAND: JSON.stringify(['echo', key]) })
  await start(from(one))
  await writeFile(join(folder, 'new.key'), `${two}\n`, { mode: 0o600 })
  const to = ['--to', join(folder, 'new.key')]
  for (const [refused, why] of [
    [await rotate(to, from(two)), 'is not the one that this database is sealed with'],
    [await rotate([], from(one)), 'give it with --to FILE'],
    [await rotate(['--to', '-'], from(one), one), 'is the one in use'],
  ] as const) {
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain(why)
    expect(refused.stderr).toContain('Nothing was changed')
  }
  const ended = await rotate(['--to', '-'], from(one), two)
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout).toContain('put the new key where it has it from: the command echo')
  await gateway.stop()
  const { code, output } = await runGateway({ LIFELINE_DATA_DIR: folder, ...from(one) })
  expect(code).toBe(1)
  expect(output).toMatch(/that key is [0-9a-f]{8}, the database needs [0-9a-f]{8}/)
  await start(from(two))
})
