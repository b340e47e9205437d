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
import { startWorker, type Worker } from '../workers.ts'
import { startPrepared } from './idle-consoles.ts'
import type { Hold, InTurns } from './scenario.ts'

const consoles = 1000
const bytesPerSecond = 100
const settleMs = 5000
/** Long enough for what a gateway does each half a minute to weigh no more than it does. */
const watchedMs = 30_000
/** At first it settles, is looked at, is looked at again, and falls silent. */
const otherTurns = 4
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
  turns: otherTurns + typedTurns,
  open: thousandOf,
}

/** By itself: it would take half of the machine from the others. */
export const thousandOfConman: InTurns = {
  name: 'consoles-conman',
  contenders: [conman],
  goals: [],
  turns: otherTurns,
  open: thousandOf,
}

function thousandOf(shared: AsyncDisposableStack): Hold {
  const printing = shared.use(startWorker<FarEnd>('far-end.ts'))
  const echoing = shared.use(startWorker<FarEnd>('far-end.ts'))
  let typist: Worker<Viewers> | undefined
  return async (contender, parts) => {
    const port = await printing.call('listen', { echo: false })
    const echoPort = await echoing.call('listen', { echo: true })
    const ports = [echoPort, ...Array.from({ length: consoles }, () => port)]
    const prepared = parts.use(await startPrepared(contender, ports))
    const startedAt = monotonicMs()
    const running = parts.use(await prepared.start())
    const connectedAt = await printing.call('connected', { port, count: consoles })
    const [target] = running.targets
    const begin = () => printing.call('chatter', { port, bytes: bytesPerSecond })
    const end = () => printing.call('hush', { port })
    const result: Record<string, number> = { [connected]: (connectedAt - startedAt) / 1000 }
    const before = { at: 0, cpu: 0 }
    const echoes: number[] = []
    const turns = [
      async () => {
        await begin()
        await delay(settleMs)
      },
      async () => Object.assign(before, { at: monotonicMs(), cpu: cpuOf(running.pid) }),
      // All of them have printed at the same time, so the others' windows are the same but for a moment.
      async () => {
        await delay(Math.max(0, before.at + watchedMs - monotonicMs()))
        const seconds = (monotonicMs() - before.at) / 1000
        result[cpu] = ((cpuOf(running.pid) - before.cpu) / seconds) * 100
        result[memory] = memoryOf(running.pid) / 1_000_000
      },
      end,
      ...Array.from({ length: typedTurns }, () => async () => {
        if (target === undefined) return
        // Not before memory is measured: what it shares with a gateway counts for less of the gateway's.
        typist ??= shared.use(startWorker<Viewers>('viewers.ts'))
        await begin()
        echoes.push(...(await typist.call('echoes', { target, warmUp, count: keys, everyMs })))
        await end()
      }),
    ]
    return {
      turn: async (number) => void (await turns[number]?.()),
      result: () => ({ ...result, ...(echoes.length > 0 && { [echoed]: quantile(echoes, 0.5) }) }),
    }
  }
}
