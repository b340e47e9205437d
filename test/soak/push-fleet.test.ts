import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Push } from '../../server/contract/pushes.ts'
import { openStore } from '../../server/store/database.ts'
import { hostKeyRepository } from '../../server/store/provisions.ts'
import { keyLine } from '../fakes/key-lines.ts'
import { type LabAccount, labAccount } from '../lab/account.ts'
import { freePort, pollPause } from '../lab/ports.ts'
import { type SshdFleet, startSshdFleet } from '../lab/sshd-fleet.ts'
import { type Rig, report, startRig } from './rig.ts'

const count = 200
const mostMegabytes = 400

let rig: Rig
let fleet: SshdFleet
let account: LabAccount
beforeAll(async () => {
  account = await labAccount('lifeline-fleet')
  fleet = await startSshdFleet(account, { count, port: await freePort() })
  rig = await startRig()
}, 120_000)
afterAll(async () => {
  await rig.close()
  await fleet.close()
}, 120_000)

test(`${count} devices get three keys in one push, each proved, twice`, async () => {
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await rig.admin().call(method, path, body)
    if (answer.status >= 400) throw new Error(answer.text)
    return answer.body
  }
  const ids = new Map<string, string>()
  for (const [at, address] of fleet.addresses.entries()) {
    const id = await rig.addDevice(`node-${at}`, 9)
    await call('PATCH', `/api/devices/${id}`, { address, enabled: false })
    ids.set(address, id)
  }
  const store = await openStore(join(rig.folder, 'data', 'lifeline.db'))
  for (const deviceId of ids.values()) {
    const heard = { deviceId, source: 'console', type: 'ssh-ed25519', line: null, seenAt: 1 } as const
    await hostKeyRepository(store).replace(deviceId, 'console', [{ ...heard, sha256: fleet.fingerprint }])
  }
  await store.destroy()
  const [{ id: project }] = await call('GET', '/api/projects')
  const keys = [keyLine('ann'), keyLine('ben'), keyLine('cat')]
  for (const text of keys) await call('POST', `/api/projects/${project}/keys`, { text })

  const order = {
    projects: [project],
    account: account.user,
    port: fleet.port,
    password: { from: 'given', password: account.password },
  }
  for (const result of ['added', 'present']) {
    const begun = performance.now()
    const { id } = await call('POST', '/api/pushes', order)
    let most = 0
    let push: Push
    do {
      await pollPause(200)
      most = Math.max(most, rig.memory())
      push = await call('GET', `/api/pushes/${id}?after=999999999`)
    } while (push.endedAt === null)
    const seconds = (performance.now() - begun) / 1000
    push = await call('GET', `/api/pushes/${id}`)
    expect(push.devices.filter(({ state }) => state !== 'done')).toEqual([])
    const each = push.devices.flatMap((device) => device.keys.map((key) => `${key.result} ${key.proof}`))
    expect(Map.groupBy(each, (of) => of).size).toBe(1)
    expect(each[0]).toBe(`${result} accepted`)
    report('push-fleet', { result, devices: count, seconds, memory: most })
    expect(most).toBeLessThan(mostMegabytes)
  }
  for (const address of fleet.addresses) {
    const file = join(fleet.home(address), '.ssh/authorized_keys')
    expect(await readFile(file, 'utf8')).toBe(`${keys.join('\n')}\n`)
  }
})
