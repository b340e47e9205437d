import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Person } from '../integration/gateway.ts'
import { type NumberedDevice, startNumberedDevice } from './numbered-device.ts'
import { minutes, randomFrom, report, startRig } from './rig.ts'
import { Witness } from './witness.ts'

const consoles = 4
const witnessesEach = 2
const bytesPerSecond = 200_000
/** A life of the gateway lasts between these, ms. */
const life = { least: 50, most: 8000 }

test('killed at random moments under load: history is readable, offsets go on, every loss is a gap, nobody sees a byte twice', async () => {
  const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1e6)
  const random = randomFrom(seed)
  const rig = await startRig()
  const devices: NumberedDevice[] = []
  const watched: { deviceId: string; witnesses: Witness[] }[] = []
  for (let at = 0; at < consoles; at += 1) {
    const device = await startNumberedDevice(bytesPerSecond)
    devices.push(device)
    const witnesses = Array.from({ length: witnessesEach }, () => new Witness())
    watched.push({ deviceId: await rig.addDevice(`device-${at}`, device.port), witnesses })
  }
  const until = Date.now() + minutes() * 60_000
  let kills = 0
  while (Date.now() < until) {
    const ended = watched.flatMap(({ deviceId, witnesses }) =>
      witnesses.map((witness) => witness.watch(rig.admin().socket(deviceId, `?from=${witness.offset}`))),
    )
    // The moment is meant to be any moment; what is tested holds for each.
    await delay(life.least + random() ** 2 * (life.most - life.least))
    await rig.killAndStart()
    await Promise.all(ended)
    kills += 1
    for (const { witnesses } of watched)
      for (const { faults } of witnesses) expect(faults, `seed ${seed}`).toEqual([])
  }
  let gaps = 0
  let compared = 0
  for (const { deviceId, witnesses } of watched) {
    const { kept, end } = await readAll(rig.admin(), deviceId)
    gaps += kept.gaps.length
    for (const witness of witnesses) {
      expect(end).toBeGreaterThanOrEqual(witness.offset)
      expect(witness.lines).toBeGreaterThan(0)
      // A block that was shown but not yet on disk when its gateway was killed lies in a gap.
      const both = witness.compare(kept)
      expect(both.different, `blocks of ${deviceId}, seed ${seed}`).toEqual([])
      compared += both.compared
    }
  }
  expect(compared).toBeGreaterThan(0)
  const seen = watched.flatMap(({ witnesses }) => witnesses).reduce((sum, witness) => sum + witness.seen, 0)
  report('kills', {
    seed,
    kills,
    'seen MB': seen / 1e6,
    'blocks compared': compared,
    gaps,
    'memory MB': rig.memory(),
  })
  await Promise.all(devices.map((device) => device.close()))
  await rig.close()
})

/** Who has seen the whole history, and where that ended. */
async function readAll(person: Person, deviceId: string) {
  const witness = new Witness()
  const socket = person.socket(deviceId, '?from=0&watch=1')
  const end = await new Promise<number>((resolve) => {
    socket.on('message', (data: Buffer, binary) => {
      if (binary) return
      const message = JSON.parse(data.toString())
      if (message.type === 'attached') resolve(message.liveFrom)
    })
    witness.watch(socket).catch(() => undefined)
  })
  while (witness.offset < end) await delay(50)
  socket.terminate()
  expect(witness.faults).toEqual([])
  return { kept: witness, end }
}
