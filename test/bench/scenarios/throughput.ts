import { conserver } from '../contenders/conserver.ts'
import { names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import { barePipe } from '../contenders/pipe.ts'
import type { FarEnd } from '../far-end.ts'
import { Flood } from '../flood.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import type { InTurns } from './scenario.ts'

/** Lets every program compile what is hot. */
const warmUpBytes = 64_000_000
const floodBytes = 200_000_000

const measure = 'throughput (MB/s)'
/** Hardly depends on what else the machine has to do meanwhile. */
const cpu = 'throughput, CPU (ms/MB)'
const withoutAcks = `${names.lifeline}, no acks`

/** One console that prints as fast as it can, one viewer that checks every byte. */
export const throughput: InTurns = {
  name: 'throughput',
  contenders: [lifeline(), lifeline({ name: withoutAcks, acks: false }), barePipe, conserver],
  goals: [
    { measure, contender: names.lifeline, versus: names.pipe, atLeast: 0.5 },
    { measure, contender: names.lifeline, versus: names.conserver, atLeast: 1 },
    { measure, contender: withoutAcks, versus: names.pipe, atLeast: 0.5 },
  ],
  turns: 3,
  open(parts) {
    const farEnd = parts.use(startWorker<FarEnd>('far-end.ts'))
    const viewers = parts.use(startWorker<Viewers>('viewers.ts'))
    return async (contender) => {
      const port = await farEnd.call('listen', { echo: false })
      const running = parts.use(await contender.start([port]))
      const [target] = running.targets
      if (target === undefined) throw new Error(`${contender.name} has no console.`)
      const id = await viewers.call('attach', { target })
      parts.defer(() => viewers.call('leave', { id }))
      await farEnd.call('connected', { port, count: 1 })
      const print = async (bytes: number) => (await farEnd.call('flood', { port, bytes })).startedAt
      const flood = new Flood({ pid: running.pid, viewers, id, print })
      await flood.run(warmUpBytes)
      return {
        turn: () => flood.measure(floodBytes),
        result: () => ({ [measure]: flood.rate, [cpu]: flood.cost }),
      }
    }
  },
}
