import { names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import type { FarEnd } from '../far-end.ts'
import { quantile } from '../results.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import type { OneByOne } from './scenario.ts'

const historyBytes = 1_000_000_000
const attachments = 20
const withinMs = 60_000

const measure = 'attach to a console with 1 GB of history, until its screen is there, median (ms)'
const slowest = 'attach to a console with 1 GB of history, until its screen is there, slowest (ms)'

/** A console prints a gigabyte; then somebody comes to look, again and again. */
export const longHistory: OneByOne = {
  name: 'long-history',
  contenders: [lifeline()],
  goals: [
    { measure, contender: names.lifeline, atMost: 100 },
    { measure: slowest, contender: names.lifeline, atMost: 100 },
  ],
  async measure(contender) {
    await using farEnd = startWorker<FarEnd>('far-end.ts')
    const port = await farEnd.call('listen', { echo: false })
    await using running = await contender.start([port])
    const [target] = running.targets
    if (target === undefined) throw new Error(`${contender.name} has no console.`)
    await farEnd.call('connected', { port, count: 1 })
    await farEnd.call('flood', { port, bytes: historyBytes })
    await using viewers = startWorker<Viewers>('viewers.ts')
    // One that reads along tells when all of it has been printed; when it leaves nobody looks on.
    const id = await viewers.call('attach', { target })
    await viewers.call('reached', { id, position: historyBytes, withinMs })
    await viewers.call('leave', { id })
    const times = await viewers.call('attachTimes', { target, count: attachments })
    return { [measure]: quantile(times, 0.5), [slowest]: quantile(times, 1) }
  },
}
