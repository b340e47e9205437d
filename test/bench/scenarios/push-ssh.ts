import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseFile, openStore } from '../../../server/store/database.ts'
import { hostKeyRepository } from '../../../server/store/provisions.ts'
import { type LabAccount, labAccount } from '../../lab/account.ts'
import { freePort, pollPause } from '../../lab/ports.ts'
import { type KeyFile, makeKey } from '../../lab/ssh-keys.ts'
import { type SshdFleet, startSshdFleet } from '../../lab/sshd-fleet.ts'
import { type Rig, startRig } from '../../soak/rig.ts'
import { names } from '../contenders/contender.ts'
import { copyId } from '../contenders/ssh-copy-id.ts'
import { unconnected } from '../contenders/unconnected.ts'
import { monotonicMs } from '../monotonic.ts'
import { scratch } from '../scratch.ts'
import type { OneByOne } from './scenario.ts'

const copying = 'ssh-copy-id'
const count = 50
/** Both have so many devices in hands at the same time: push.devices_at_once is this by itself. */
const atOnce = 16
/** The port of discard: the consoles are not what is measured. */
const nobody = 9

const time = `a key put on ${count} devices over SSH (s)`

/** A push job, which proves each key afterwards, beside ssh-copy-id, which looks first whether the key is there. */
export const pushSsh: OneByOne = {
  name: 'push-ssh',
  contenders: [unconnected(names.lifeline), unconnected(copying)],
  goals: [{ measure: time, contender: names.lifeline, versus: copying, atMost: 1 }],
  async measure({ name }) {
    const account = await labAccount('lifeline-fleet')
    const key = await makeKey({ path: join(scratch(), `key-${monotonicMs()}`), type: 'ed25519' })
    const fleet = await startSshdFleet(account, { count, port: await freePort() })
    try {
      const seconds =
        name === copying
          ? await timed(() => copyId(fleet, account, { key: key.path, atOnce }))
          : await pushed(fleet, account, key)
      await check(fleet, key)
      return { [time]: seconds }
    } finally {
      await fleet.close()
    }
  },
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = monotonicMs()
  await work()
  return (monotonicMs() - begun) / 1000
}

async function pushed(fleet: SshdFleet, account: LabAccount, key: KeyFile): Promise<number> {
  const rig = await startRig()
  try {
    const devices = await addDevices(rig, fleet)
    const { call } = asker(rig)
    const [{ id: project }] = await call('GET', '/api/projects')
    await call('POST', `/api/projects/${project}/keys`, { text: key.publicKey })
    const password = { from: 'given', password: account.password }
    const order = { devices, account: account.user, port: fleet.port, password, way: 'ssh' }
    return await timed(async () => {
      const { id } = await call('POST', '/api/pushes', order)
      while ((await call('GET', `/api/pushes/${id}?after=999999999`)).endedAt === null) await pollPause(50)
    })
  } finally {
    await rig.close()
  }
}

async function addDevices(rig: Rig, fleet: SshdFleet): Promise<string[]> {
  const { call } = asker(rig)
  const ids: string[] = []
  for (const [at, address] of fleet.addresses.entries()) {
    const id = await rig.addDevice(`node-${at}`, nobody)
    await call('PATCH', `/api/devices/${id}`, { address, enabled: false })
    ids.push(id)
  }
  const store = await openStore(join(rig.folder, 'data', databaseFile))
  const heard = {
    source: 'console',
    type: 'ssh-ed25519',
    line: null,
    seenAt: 1,
    sha256: fleet.fingerprint,
  } as const
  for (const deviceId of ids)
    await hostKeyRepository(store).replace(deviceId, 'console', [{ ...heard, deviceId }])
  await store.destroy()
  return ids
}

function asker(rig: Rig) {
  return {
    async call(method: string, path: string, body?: unknown) {
      const answer = await rig.admin().call(method, path, body)
      if (answer.status >= 400) throw new Error(answer.text)
      return answer.body
    },
  }
}

/** Every device has the key, and nothing else. */
async function check(fleet: SshdFleet, { publicKey }: KeyFile): Promise<void> {
  for (const address of fleet.addresses) {
    const text = await readFile(join(fleet.home(address), '.ssh/authorized_keys'), 'utf8')
    if (text.trim() !== publicKey.trim()) throw new Error(`${address} has other keys: ${text}`)
  }
}
