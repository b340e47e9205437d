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
import type { Scenario } from './scenario.ts'

const consoles = 1000
const bytesPerSecond = 100
const settleMs = 5000
/** Long enough for what a gateway does each half a minute to weigh no more than it does. */
const watchedMs = 30_000
const keys = 500
/** Not with each of the far end's turns, which come each 5 ms, nor never with one. */
const everyMs = 7

const connected = '1,000 consoles that print 100 B/s each, all connected after (s)'
const memory = '1,000 consoles that print 100 B/s each, all memory (MB)'
const cpu = '1,000 consoles that print 100 B/s each, CPU (% of a core)'
const echoed = '1,000 consoles that print 100 B/s each, echo on one more, median (ms)'

/** A thousand consoles held and recorded, and one more on which somebody types. */
export const thousandConsoles: Scenario = {
  name: 'consoles',
  contenders: [lifeline(), conman, conserver],
  goals: [
    { measure: connected, contender: names.lifeline, atMost: 2 },
    { measure: memory, contender: names.lifeline, atMost: 150 },
    { measure: cpu, contender: names.lifeline, versus: names.conserver, atMost: 2 },
    { measure: echoed, contender: names.lifeline, versus: names.conserver, atMost: 2 },
  ],
  async measure(contender) {
    await using printing = startWorker<FarEnd>('far-end.ts')
    const port = await printing.call('listen', { echo: false })
    await using echoing = startWorker<FarEnd>('far-end.ts')
    const echoPort = await echoing.call('listen', { echo: true })
    const ports = [echoPort, ...Array.from({ length: consoles }, () => port)]
    await using prepared = await startPrepared(contender, ports)
    const startedAt = monotonicMs()
    await using running = await prepared.start()
    const connectedAt = await printing.call('connected', { port, count: consoles })
    await printing.call('chatter', { port, bytes: bytesPerSecond })
    await delay(settleMs)
    const cpuBefore = cpuOf(running.pid)
    await delay(watchedMs)
    const used = cpuOf(running.pid) - cpuBefore
    const result = {
      [connected]: (connectedAt - startedAt) / 1000,
      [memory]: memoryOf(running.pid) / 1_000_000,
      [cpu]: (used / (watchedMs / 1000)) * 100,
    }
    const [target] = running.targets
    if (target === undefined) return result
    await using viewers = startWorker<Viewers>('viewers.ts')
    const times = await viewers.call('echoes', { target, count: keys, everyMs })
    return { ...result, [echoed]: quantile(times, 0.5) }
  },
}
