import { setTimeout as delay } from 'node:timers/promises'
import { conman } from '../contenders/conman.ts'
import { conserver } from '../contenders/conserver.ts'
import { names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import type { FarEnd } from '../far-end.ts'
import { monotonicMs } from '../monotonic.ts'
import { cpuOf, memoryOf } from '../processes.ts'
import { quantile } from '../results.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import { startPrepared } from './idle-consoles.ts'
import type { Hold, InTurns } from './scenario.ts'

const consoles = 1000
const bytesPerSecond = 100
const settleMs = 5000
/** Half a minute of CPU in all, so that what a gateway does each half a minute weighs no more than it does. */
const watchedTurns = 10
const watchedMs = 3000
const typedTurns = 5
/** Of each turn, behind some that do not count. */
const keys = 100
const warmUp = 20
/** Not with each of the far end's turns, which come each 5 ms, nor never with one. */
const everyMs = 7

const connected = '1,000 consoles that print 100 B/s each, all connected after (s)'
const memory = '1,000 consoles that print 100 B/s each, all memory (MB)'
const cpu = '1,000 consoles that print 100 B/s each, CPU (% of a core)'
const echoed = '1,000 consoles that print 100 B/s each, echo on one more, median (ms)'

/** A thousand consoles held and recorded, and one more on which somebody types. */
export const thousandConsoles: InTurns = {
  name: 'consoles',
  contenders: [lifeline(), conserver],
  goals: [
    { measure: connected, contender: names.lifeline, atMost: 2 },
    { measure: memory, contender: names.lifeline, atMost: 150 },
    { measure: cpu, contender: names.lifeline, versus: names.conserver, atMost: 2 },
    { measure: echoed, contender: names.lifeline, versus: names.conserver, atMost: 2 },
  ],
  turns: 1 + watchedTurns + typedTurns,
  open: thousandOf,
}

/** By itself: it would take half of the machine from the others. */
export const thousandOfConman: InTurns = {
  name: 'consoles-conman',
  contenders: [conman],
  goals: [],
  turns: 1 + watchedTurns,
  open: thousandOf,
}

function thousandOf(parts: AsyncDisposableStack): Hold {
  const printing = parts.use(startWorker<FarEnd>('far-end.ts'))
  const echoing = parts.use(startWorker<FarEnd>('far-end.ts'))
  return async (contender) => {
    const port = await printing.call('listen', { echo: false })
    const echoPort = await echoing.call('listen', { echo: true })
    const ports = [echoPort, ...Array.from({ length: consoles }, () => port)]
    const prepared = parts.use(await startPrepared(contender, ports))
    const startedAt = monotonicMs()
    const running = parts.use(await prepared.start())
    const connectedAt = await printing.call('connected', { port, count: consoles })
    const [target] = running.targets
    let usedSeconds = 0
    let memoryBytes = 0
    const echoes: number[] = []
    return {
      async turn(number) {
        if (number === 0) {
          await printing.call('chatter', { port, bytes: bytesPerSecond })
          await delay(settleMs)
        } else if (number <= watchedTurns) {
          const before = cpuOf(running.pid)
          await delay(watchedMs)
          usedSeconds += cpuOf(running.pid) - before
          memoryBytes = memoryOf(running.pid)
        } else if (target !== undefined) {
          // A process of its own each time: what it shares with a gateway counts for less of the gateway's memory.
          await using typist = startWorker<Viewers>('viewers.ts')
          echoes.push(...(await typist.call('echoes', { target, warmUp, count: keys, everyMs })))
        }
      },
      result: () => ({
        [connected]: (connectedAt - startedAt) / 1000,
        [memory]: memoryBytes / 1_000_000,
        [cpu]: (usedSeconds / ((watchedTurns * watchedMs) / 1000)) * 100,
        ...(echoes.length > 0 && { [echoed]: quantile(echoes, 0.5) }),
      }),
    }
  }
}
