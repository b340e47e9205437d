import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Device, names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import { barePipe } from '../contenders/pipe.ts'
import { costOf, Flood, type Flooded, rateOf } from '../flood.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import type { InTurns } from './scenario.ts'

/** The first lets every program compile what is hot. */
const floodBytes = 200_000_000
const startMs = 1000

/** Not every contender's terminals pass bytes as they are. */
const rawly = 'stty raw -echo; exec "$0" "$@"'
const program = join(import.meta.dirname, '..', 'flood-program.ts')
const device: Device = { argv: ['/bin/sh', '-c', rawly, process.execPath, program, String(floodBytes)] }

const measure = 'throughput through a pty (MB/s)'
/** That of the program in its terminal included. */
const cpu = 'throughput through a pty, CPU (ms/MB)'

/** What a program prints in a terminal of the contender's own, to one viewer that checks every byte. */
export const terminalThroughput: InTurns = {
  name: 'pty',
  contenders: [lifeline(), barePipe],
  goals: [{ measure, contender: names.lifeline, versus: names.pipe, atLeast: 0.9 }],
  turns: 5,
  open(shared) {
    const viewers = shared.use(startWorker<Viewers>('viewers.ts'))
    return async (contender, parts) => {
      const running = parts.use(await contender.start([device]))
      const [target] = running.targets
      if (target === undefined) throw new Error(`${contender.name} has no console.`)
      const id = await viewers.call('attach', { target })
      parts.defer(() => viewers.call('leave', { id }))
      // What is typed before the program has set its terminal up is echoed by the terminal.
      await delay(startMs)
      const print = () => viewers.call('type', { id, key: 'g' })
      const flood = new Flood({ pid: running.pid, viewers, id, print })
      await flood.run(floodBytes)
      const floods: Flooded[] = []
      return {
        async turn() {
          floods.push(await flood.run(floodBytes))
        },
        result: () => ({ [measure]: rateOf(floods), [cpu]: costOf(floods) }),
      }
    }
  },
}
