import { conserver } from '../contenders/conserver.ts'
import { names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import { barePipe } from '../contenders/pipe.ts'
import { ser2net, socat } from '../contenders/relays.ts'
import type { FarEnd } from '../far-end.ts'
import { costOf, Flood, type Flooded, rateOf } from '../flood.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import type { OneByOne } from './scenario.ts'

/** Lets every program compile what is hot. */
const warmUpBytes = 64_000_000
const floodBytes = 200_000_000
/** A gigabyte behind it: a bare pipe becomes faster all the while, and what is kept is first written to memory that nobody had used yet. */
const moreFloods = 5

const measure = 'throughput (MB/s)'
/** Hardly depends on what else the machine has to do meanwhile. */
const cpu = 'throughput, CPU (ms/MB)'
const later = 'throughput of the gigabyte behind it (MB/s)'
const laterCpu = 'throughput of the gigabyte behind it, CPU (ms/MB)'
const withoutAcks = `${names.lifeline}, no acks`

/** One console that prints as fast as it can, one viewer that checks every byte. */
export const throughput: OneByOne = {
  name: 'throughput',
  contenders: [lifeline(), lifeline({ name: withoutAcks, acks: false }), barePipe, conserver, socat, ser2net],
  goals: [
    { measure, contender: names.lifeline, versus: names.pipe, atLeast: 0.5 },
    { measure, contender: names.lifeline, versus: names.conserver, atLeast: 1 },
    { measure, contender: withoutAcks, versus: names.pipe, atLeast: 0.5 },
  ],
  async measure(contender) {
    await using farEnd = startWorker<FarEnd>('far-end.ts')
    const port = await farEnd.call('listen', { echo: false })
    await using running = await contender.start([port])
    const [target] = running.targets
    if (target === undefined) throw new Error(`${contender.name} has no console.`)
    await using viewers = startWorker<Viewers>('viewers.ts')
    const id = await viewers.call('attach', { target })
    await farEnd.call('connected', { port, count: 1 })
    // Some connect to the device when a viewer comes.
    await farEnd.call('connected', { port, count: 1 })
    const print = async (bytes: number) => (await farEnd.call('flood', { port, bytes })).startedAt
    const flood = new Flood({ pid: running.pid, viewers, id, print })
    await flood.run(warmUpBytes)
    const first = [await flood.run(floodBytes)]
    const more: Flooded[] = []
    for (let count = 0; count < moreFloods; count += 1) more.push(await flood.run(floodBytes))
    return { [measure]: rateOf(first), [cpu]: costOf(first), [later]: rateOf(more), [laterCpu]: costOf(more) }
  },
}
