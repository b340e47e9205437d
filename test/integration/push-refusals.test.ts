import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EffectiveKey } from '../../server/contract/keys.ts'
import type { Push, PushInput } from '../../server/contract/pushes.ts'
import { openStore } from '../../server/store/database.ts'
import { fingerprintOf, keyLine } from '../fakes/key-lines.ts'
import { startDevice, type TestDevice } from './device.ts'
import { startGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
let line: TestDevice
let deviceId: string
let good: string
let bad: string
beforeEach(async () => {
  gateway = await startGateway()
  line = await startDevice()
  const projectId = await gateway.project('fleet')
  const keys = [keyLine('good'), keyLine('bad')]
  for (const text of keys) await gateway.admin.call('POST', `/api/projects/${projectId}/keys`, { text })
  const [first = '', second = ''] = keys.map(fingerprintOf)
  good = first
  bad = second
  deviceId = (await gateway.tcpDevice(projectId, 'box', line.port)).id
  await line.connected()
})
afterEach(async () => {
  await gateway.close()
  await line.close()
})

async function idOfBad(): Promise<string> {
  const { body } = await gateway.admin.call('GET', `/api/devices/${deviceId}/keys`)
  return body.keys.find(({ sha256 }: EffectiveKey) => sha256 === bad)?.reasons[0].keyId
}

async function spoilBad(): Promise<void> {
  const store = await openStore(join(gateway.folder, 'data', 'lifeline.db'))
  await sql`UPDATE keys SET blob = x'00' WHERE sha256 = ${bad}`.execute(store)
  await store.destroy()
}

const notHandedOut = /is not one that box hands out/

test.each<[string, () => Promise<PushInput>, RegExp]>([
  [
    'that nobody has in the portal',
    async () => ({ keys: [good, fingerprintOf(keyLine('stranger'))] }),
    notHandedOut,
  ],
  [
    'that was taken out of the portal',
    async () => {
      await gateway.admin.call('DELETE', `/api/keys/${await idOfBad()}`)
      return { keys: [good, bad] }
    },
    notHandedOut,
  ],
  [
    'that has expired',
    async () => {
      await gateway.admin.call('PATCH', `/api/keys/${await idOfBad()}`, { expiresAt: 1 })
      return { keys: [good, bad] }
    },
    notHandedOut,
  ],
  [
    'that is not selected for the device',
    async () => {
      await gateway.admin.call('PATCH', `/api/devices/${deviceId}/keys`, { deselect: [await idOfBad()] })
      return { keys: [good, bad] }
    },
    notHandedOut,
  ],
  ['that cannot be read', () => spoilBad().then(() => ({})), /A key of the portal cannot be read/],
])('one key %s refuses the push, and nothing is typed on the device', async (_, prepare, words) => {
  const input = await prepare()
  const password = { from: 'given', password: 'not typed' } as const
  const { body } = await gateway.admin.call('POST', '/api/pushes', {
    devices: [deviceId],
    password,
    ...input,
  })
  const device = await vi.waitFor(
    async () => {
      const push: Push = (await gateway.admin.call('GET', `/api/pushes/${body.id}`)).body
      if (push.endedAt === null) throw new Error(JSON.stringify(push.devices))
      return push.devices[0]
    },
    { timeout: 60_000, interval: 20 },
  )
  expect(device).toMatchObject({
    state: 'failed',
    message: expect.stringMatching(words),
    way: null,
    keys: [],
  })
  expect(line.typed()).toHaveLength(0)
})
