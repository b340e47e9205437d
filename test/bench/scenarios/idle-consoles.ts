import { setTimeout as delay } from 'node:timers/promises'
import { type Contender, type Device, names, type Prepared } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import type { FarEnd } from '../far-end.ts'
import { monotonicMs } from '../monotonic.ts'
import { memoryOf } from '../processes.ts'
import { startWorker } from '../workers.ts'
import type { OneByOne } from './scenario.ts'

const consoles = 5000
/** Until what starting left behind has been tidied up. */
const settleMs = 3000

const connected = '5,000 silent consoles, all connected after (s)'
const perConsole = '5,000 silent consoles, memory of each over the empty gateway (kB)'

/** A program that starts with thousands of consoles on silent TCP lines. */
export const idleConsoles: OneByOne = {
  name: 'idle-consoles',
  contenders: [lifeline()],
  goals: [{ measure: perConsole, contender: names.lifeline, atMost: 64 }],
  async measure(contender) {
    const none = await hold(contender, 0)
    const all = await hold(contender, consoles)
    return {
      [connected]: all.connectedMs / 1000,
      [perConsole]: (all.bytes - none.bytes) / consoles / 1000,
    }
  },
}

async function hold(contender: Contender, count: number): Promise<{ connectedMs: number; bytes: number }> {
  await using farEnd = startWorker<FarEnd>('far-end.ts')
  const port = await farEnd.call('listen', { echo: false })
  const ports = Array.from({ length: count }, () => port)
  await using prepared = await startPrepared(contender, ports)
  const startedAt = monotonicMs()
  await using running = await prepared.start()
  const connectedAt = await farEnd.call('connected', { port, count })
  await delay(settleMs)
  return { connectedMs: connectedAt - startedAt, bytes: memoryOf(running.pid) }
}

/** Has the contender know the consoles, so that only its start is left to be measured. */
export async function startPrepared(contender: Contender, devices: Device[]): Promise<Prepared> {
  if (contender.prepare !== undefined) return contender.prepare(devices)
  return { start: () => contender.start(devices), [Symbol.asyncDispose]: async () => undefined }
}
