import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownPassword, signIn } from '../integration/gateway.ts'
import { type NumberedDevice, startNumberedDevice } from './numbered-device.ts'
import { type Rig, report, startRig } from './rig.ts'
import { Witness } from './witness.ts'

/** Debian's libfaketime, which moves the wall clock of one program and leaves the rest of the machine alone. */
const library = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`

const hour = 3600
const year = 365 * 24 * hour
/** Seconds that the wall clock stands from the true time, one after the other. */
const jumps = [0, hour, -2 * hour, 12 * year, 0, -20 * year, 0]

/** Longer than two heartbeats; what the device prints meanwhile waits on its line. */
const sleepMs = 22_000
const sleeps = 2

let rig: Rig
let device: NumberedDevice
let deviceId: string
let folder: string

const jump = (seconds: number) => writeFile(join(folder, 'clock'), `${seconds < 0 ? '' : '+'}${seconds}s\n`)

beforeAll(async () => {
  if (!existsSync(library)) throw new Error('This needs libfaketime. On Debian: apt-get install faketime')
  folder = await mkdtemp(join(tmpdir(), 'lifeline-clock-'))
  await jump(0)
  rig = await startRig({
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: join(folder, 'clock'),
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  })
  device = await startNumberedDevice(50_000)
  deviceId = await rig.addDevice('timeless', device.port)
})
afterAll(async () => {
  await rig.close()
  await device.close()
  await rm(folder, { recursive: true })
})

test('clocks that jump hours and years, both ways: consoles go on, offsets go on, nothing is deleted or lost', async () => {
  const witness = new Witness()
  const lines: number[] = []
  for (const seconds of jumps) {
    await jump(seconds)
    // A session of years ago has rightly ended: people sign in anew.
    const person = await signIn(rig.gateway().url, 'admin@lifeline.local', ownPassword)
    const { headers } = await person.call('GET', '/api/session')
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now() - seconds * 1000)).toBeLessThan(10_000)
    const socket = person.socket(deviceId, `?from=${witness.offset}&watch=1`)
    const ended = witness.watch(socket)
    const from = witness.lines
    await expect.poll(() => witness.lines - from, { timeout: 60_000 }).toBeGreaterThan(2000)
    expect(witness.faults).toEqual([])
    lines.push(witness.lines - from)
    socket.terminate()
    await ended
  }
  // Started anew under a clock that is wrong: what is on disk stays.
  await jump(12 * year)
  await rig.killAndStart()
  await jump(0)
  const person = await signIn(rig.gateway().url, 'admin@lifeline.local', ownPassword)
  const again = new Witness()
  const socket = person.socket(deviceId, '?from=0&watch=1')
  const ended = again.watch(socket)
  await expect.poll(() => again.offset, { timeout: 60_000 }).toBeGreaterThan(witness.offset)
  socket.terminate()
  await ended
  expect(again.faults).toEqual([])
  const { compared, different } = witness.compare(again)
  expect(different).toEqual([])
  expect(compared).toBeGreaterThan(0)
  expect(again.gaps.map(({ cause }) => cause)).not.toContain('expired')
  report('clocks that jump', { jumps: jumps.length, lines: lines.join('/'), 'blocks compared': compared })
})

test('a gateway that stands still while all clocks go on, as on a machine that slept: nothing is lost or doubled', async () => {
  const person = await signIn(rig.gateway().url, 'admin@lifeline.local', ownPassword)
  const witness = new Witness()
  let connections = 0
  let wanted = true
  // As the page does: whoever is hung up on comes back to where it was.
  const watching = (async () => {
    while (wanted) {
      connections += 1
      const from = witness.seen === 0 ? '' : `&from=${witness.offset}`
      await witness.watch(person.socket(deviceId, `?watch=1${from}`))
    }
  })()
  await expect.poll(() => witness.lines, { timeout: 60_000 }).toBeGreaterThan(1000)
  const { pid } = rig.gateway()
  for (let times = 0; times < sleeps; times += 1) {
    process.kill(pid, 'SIGSTOP')
    await delay(sleepMs)
    process.kill(pid, 'SIGCONT')
    const from = witness.lines
    await expect.poll(() => witness.lines - from, { timeout: 60_000 }).toBeGreaterThan(20_000)
  }
  wanted = false
  expect(witness.faults).toEqual([])
  expect(witness.gaps.filter(({ from, to }) => from !== to)).toEqual([])
  report('a gateway that slept', {
    sleeps,
    'seconds each': sleepMs / 1000,
    lines: witness.lines,
    connections,
  })
  await rig.killAndStart()
  await watching
})
