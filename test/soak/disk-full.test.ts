import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NumberedDevice, startNumberedDevice } from './numbered-device.ts'
import { type Rig, report, startRig } from './rig.ts'
import { Witness } from './witness.ts'

const rounds = 3

let rig: Rig
let device: NumberedDevice
let deviceId: string
let disk: string
beforeAll(async () => {
  disk = await mkdtemp(join(tmpdir(), 'lifeline-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', disk])
  rig = await startRig({}, disk)
  device = await startNumberedDevice(1_000_000)
  deviceId = await rig.addDevice('busy', device.port)
})
afterAll(async () => {
  await rig.close()
  await device.close()
  execFileSync('umount', [disk])
  await rm(disk, { recursive: true })
})

const recording = async (): Promise<string> =>
  (await rig.admin().call('GET', `/api/devices/${deviceId}`)).body.console.recording.state

/** Takes all the room there is, as somebody else's log does. */
async function fill(): Promise<void> {
  for (let size = 64 * 1024 * 1024; size >= 4096; size /= 2) {
    try {
      for (let part = 0; ; part += 1) await writeFile(join(disk, `full-${size}-${part}`), Buffer.alloc(size))
    } catch {
      // No room for one more of this size.
    }
  }
}

test('the disk fills and is freed, again and again: who watches sees everything, history says what it lacks', async () => {
  const live = new Witness()
  const socket = rig.admin().socket(deviceId, '?from=0&watch=1')
  const ended = live.watch(socket)
  const before = rig.memory()
  let peak = before
  for (let round = 0; round < rounds; round += 1) {
    await fill()
    await expect.poll(recording, { timeout: 60_000 }).toBe('failed')
    const from = live.lines
    // Far more than memory holds for a disk that comes back.
    await expect.poll(() => live.lines - from, { timeout: 120_000 }).toBeGreaterThan(150_000)
    peak = Math.max(peak, rig.memory())
    execFileSync('sh', ['-c', `rm -f ${disk}/full-*`])
    await expect.poll(recording, { timeout: 60_000 }).toBe('recording')
    await delay(500)
  }
  expect(live.faults).toEqual([])
  expect(live.gaps.filter(({ from, to }) => from !== to)).toEqual([])
  expect(peak - before).toBeLessThan(150)
  const again = new Witness()
  const reread = rig.admin().socket(deviceId, '?from=0&watch=1')
  const over = again.watch(reread)
  const until = live.offset
  await expect.poll(() => again.offset, { timeout: 120_000 }).toBeGreaterThanOrEqual(until)
  expect(again.faults).toEqual([])
  const lost = again.gaps.reduce((sum, { from, to }) => sum + to - from, 0)
  const { compared, different } = live.compare(again)
  expect(different).toEqual([])
  report('a full disk', {
    rounds,
    'seen live MB': live.seen / 1e6,
    'lost to history MB': lost / 1e6,
    'gaps told': again.gaps.length,
    'blocks compared': compared,
    'memory before MB': before,
    'at most MB': peak,
  })
  socket.terminate()
  reread.terminate()
  await Promise.all([ended, over])
})
