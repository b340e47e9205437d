import { setTimeout as delay } from 'node:timers/promises'
import { conserver } from '../contenders/conserver.ts'
import { type Contender, names, type Prepared } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import type { FarEnd } from '../far-end.ts'
import { monotonicMs } from '../monotonic.ts'
import { memoryOf } from '../processes.ts'
import { startWorker } from '../workers.ts'
import type { Scenario } from './scenario.ts'

const consoles = 1000
/** Until what starting left behind has been tidied up. */
const settleMs = 3000

const connected = '1,000 consoles, from start until all are connected (s)'
const memory = '1,000 consoles, all memory (MB)'
const perConsole = '1,000 consoles, memory of each over one (kB)'

/** A program that starts with a thousand consoles on silent TCP lines. */
export const idleConsoles: Scenario = {
  name: 'idle-consoles',
  contenders: [lifeline(), conserver],
  goals: [
    { measure: connected, contender: names.lifeline, atMost: 2 },
    { measure: perConsole, contender: names.lifeline, atMost: 64 },
    { measure: memory, contender: names.lifeline, atMost: 150 },
  ],
  async measure(contender) {
    const one = await hold(contender, 1)
    const all = await hold(contender, consoles)
    return {
      [connected]: all.connectedMs / 1000,
      [memory]: all.bytes / 1_000_000,
      [perConsole]: (all.bytes - one.bytes) / (consoles - 1) / 1000,
    }
  },
}

async function hold(contender: Contender, count: number): Promise<{ connectedMs: number; bytes: number }> {
  await using farEnd = startWorker<FarEnd>('far-end.ts')
  const port = await farEnd.call('listen', { echo: false })
  const ports = Array.from({ length: count }, () => port)
  await using prepared = await (contender.prepare?.(ports) ?? startsAtOnce(contender, ports))
  const startedAt = monotonicMs()
  await using running = await prepared.start()
  const connectedAt = await farEnd.call('connected', { port, count })
  await delay(settleMs)
  return { connectedMs: connectedAt - startedAt, bytes: memoryOf(running.pid) }
}

function startsAtOnce(contender: Contender, ports: number[]): Prepared {
  return { start: () => contender.start(ports), [Symbol.asyncDispose]: async () => undefined }
}
