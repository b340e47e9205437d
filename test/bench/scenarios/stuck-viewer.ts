import { setTimeout as delay } from 'node:timers/promises'
import { names, type Running } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import type { FarEnd } from '../far-end.ts'
import type { Target } from '../target.ts'
import type { Seen, Viewers } from '../viewers.ts'
import { startWorker, type Worker } from '../workers.ts'
import type { OneByOne } from './scenario.ts'

const MB = 1_000_000
const readers = 49
const warmUpMs = 2000
const watchedMs = 4000
const looks = 5
const lookMs = 500
const withinMs = 120_000

const rate = '49 viewers of a flood, each (MB/s)'
const kept = '49 viewers of a flood, part of their rate kept beside a stuck one'
const growth = 'held because of a stuck viewer once the others have all (MB)'
const missed = 'stuck viewer, told lost when it woke (MB)'

/** Less than is printed while it is stuck, so that not all it missed is still held when it wakes. */
const historyBytes = 16 * 1024 * 1024

/** One console floods 49 viewers that read; then the same with a fiftieth that does not before the flood is over. */
export const stuckViewer: OneByOne = {
  name: 'stuck-viewer',
  contenders: [lifeline({ acks: false, people: 4, historyBytes, inspected: true })],
  goals: [
    { measure: kept, contender: names.lifeline, atLeast: 0.9 },
    { measure: growth, contender: names.lifeline, atMost: 4 },
    { measure: missed, contender: names.lifeline, atLeast: 1 },
  ],
  async measure(contender) {
    await using farEnd = startWorker<FarEnd>('far-end.ts')
    const port = await farEnd.call('listen', { echo: false })
    await using running = await contender.start([port])
    const targetOf = (viewer: number): Target => {
      const target = running.targets[viewer % running.targets.length]
      if (target === undefined) throw new Error(`${contender.name} has no console.`)
      return target
    }
    await using reading = startWorker<Viewers>('viewers.ts')
    for (let reader = 0; reader < readers; reader += 1)
      await reading.call('attach', { target: targetOf(reader) })
    await farEnd.call('flood', { port, bytes: Number.MAX_SAFE_INTEGER })
    await delay(warmUpMs)

    const before = await watch(reading)
    await using stuck = startWorker<Viewers>('viewers.ts')
    const id = await stuck.call('attach', { target: targetOf(readers) })
    await stuck.call('pause', { id })
    const during = await watch(reading)
    const position = await farEnd.call('stop', { port })
    for (let reader = 0; reader < readers; reader += 1)
      await reading.call('reached', { id: reader, position, withinMs })
    const held = await leastHeld(running)
    await stuck.call('resume', { id })
    await stuck.call('reached', { id, position, withinMs })
    const [woken] = await stuck.call('seen', undefined)
    await stuck.call('leave', { id })
    return {
      [rate]: before / MB,
      [kept]: during / before,
      [growth]: (held - (await leastHeld(running))) / MB,
      [missed]: (woken?.lost ?? 0) / MB,
    }
  },
}

/** Bytes per second and viewer. */
async function watch(reading: Worker<Viewers>): Promise<number> {
  const before = total(await reading.call('seen', undefined))
  await delay(watchedMs)
  const after = total(await reading.call('seen', undefined))
  return (after.received - before.received) / readers / ((after.at - before.at) / 1000)
}

/** The least of several looks: what is under way to the disk or goes by itself is not held. */
async function leastHeld({ held }: Running): Promise<number> {
  if (held === undefined) throw new Error('It does not say what it holds.')
  let least = Number.POSITIVE_INFINITY
  for (let look = 0; look < looks; look += 1) {
    await delay(lookMs)
    least = Math.min(least, await held())
  }
  return least
}

function total(seen: Seen[]): { at: number; received: number } {
  return { at: seen[0]?.at ?? 0, received: seen.reduce((sum, viewer) => sum + viewer.received, 0) }
}
