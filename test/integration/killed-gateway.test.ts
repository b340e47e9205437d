import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startDevice, type TestDevice } from './device.ts'
import { type Person, signInFirst } from './gateway.ts'
import { firstPassword, type GatewayProcess, startGatewayProcess } from './gateway-process.ts'
import { type TestViewer, view } from './viewer.ts'

let folder: string
let line: TestDevice
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-killed-'))
  line = await startDevice()
})
afterEach(async () => {
  await line.close()
  await rm(folder, { recursive: true })
})

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `line ${String(from + at).padStart(8, '0')}\n`).join('')

async function resume(person: Person, url: string, deviceId: string, from: number): Promise<TestViewer> {
  const viewer = await view(person.at(url).socket(deviceId, `?from=${from}`))
  await viewer.told('attached')
  return viewer
}

test('a viewer goes on over killed gateways: what it sees is what was printed, or a gap says what is missing', async () => {
  const start = () => startGatewayProcess({ LIFELINE_DATA_DIR: folder })
  let gateway: GatewayProcess = await start()
  const admin = await signInFirst(gateway.url, 'admin@lifeline.local', firstPassword(gateway))
  const { body: project } = await admin.call('POST', '/api/projects', { name: 'fleet' })
  const transport = { kind: 'tcp', host: '127.0.0.1', port: line.port }
  const { body: device } = await admin.call('POST', '/api/devices', {
    projectId: project.id,
    name: 'web-1',
    transport,
  })

  let offset = 0
  let seen = 0
  for (let life = 0; life < 4; life++) {
    await line.connected()
    const viewer = await resume(admin, gateway.url, device.id, offset)
    const first = life * 100_000
    await line.print(numbered(first, first + 20_000))
    await viewer.sees(`line ${String(first + 19_999).padStart(8, '0')}\n`)
    // Printed in the moment of the kill: what of it arrives is the machine's luck, but nothing may arrive wrongly.
    line.print(numbered(first + 20_000, first + 60_000)).catch(() => undefined)
    await gateway.kill()
    await viewer.ended
    const gaps = viewer.messages.filter((message) => message.type === 'gap')
    expect(gaps.length > 0).toBe(life > 0)
    for (const { gap } of gaps) expect(gap.from).toBeGreaterThanOrEqual(offset)
    const text = viewer.bytes().toString()
    // What was kept from the life before may end in the middle of a line.
    const begin = text.indexOf(`line ${String(first).padStart(8, '0')}\n`)
    const fresh = text.slice(begin).split('\n').slice(0, -1)
    expect(fresh).toEqual(
      numbered(first, first + fresh.length)
        .split('\n')
        .slice(0, -1),
    )
    // What was kept from the life before is a beginning of what was still on its way then.
    const late = text
      .slice(0, begin)
      .split('\n')
      .filter((found) => /^line \d{8}$/.test(found))
    for (const found of late) expect(Number(found.slice(5))).toBeGreaterThanOrEqual(seen)
    expect(viewer.offset()).toBeGreaterThan(offset)
    offset = viewer.offset()
    seen = first + fresh.length
    line.cut()
    gateway = await start()
  }

  const history = await admin.at(gateway.url).call('GET', `/api/devices/${device.id}/history?limit=1048576`)
  expect(history.status).toBe(200)
  expect(Number(history.headers.get('lifeline-end'))).toBeGreaterThanOrEqual(offset)
  expect(await gateway.stop()).toBe(0)
})
