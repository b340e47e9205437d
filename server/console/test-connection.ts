import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { TestResult } from '../contract/devices.ts'
import type { Cause } from '../contract/line.ts'
import type { TestRequest } from './console.ts'
import { openLink } from './open-link.ts'
import { plainText } from './plain-text.ts'
import type { Link, LinkEvents } from './transport.ts'

/** How long to listen for something that the far end says by itself. */
const listenMs = 2000
const saidLength = 500
/** Of what the far end prints in that time. */
const keptBytes = 4096

export interface Testing {
  request: TestRequest
  open(events: LinkEvents, signal: AbortSignal): Promise<Link>
  clock: Clock
  log: Log
}

/** Opens a link, listens until the far end says something or for 2 s, and closes it again. Never rejects. */
export async function testConnection({ request, open, clock, log }: Testing): Promise<TestResult> {
  const began = clock.monotonic()
  const heard = Promise.withResolvers<Cause | 'said' | 'silent'>()
  let bytes = Buffer.alloc(0)
  const said = (): string => plainText(bytes).trim().slice(0, saidLength)
  const events: LinkEvents = {
    data(chunk) {
      if (bytes.length >= keptBytes) return
      bytes = Buffer.concat([bytes, chunk]).subarray(0, keptBytes)
      if (said() !== '') heard.resolve('said')
    },
    lost: () => undefined,
    closed: heard.resolve,
  }
  const { timeoutMs } = request
  const outcome = await openLink({
    open: (signal) => open(events, signal),
    abort: new AbortController(),
    ...(timeoutMs !== undefined && { timeoutMs }),
    clock,
    log,
  })
  const tookMs = Math.round(clock.monotonic() - began)
  if (outcome.kind === 'failed') return { ok: false, tookMs, cause: outcome.cause }
  const timer = clock.after(listenMs, () => heard.resolve('silent'))
  const end = await heard.promise
  timer.cancel()
  await outcome.link.close()
  return typeof end === 'string' ? { ok: true, tookMs, said: said() } : { ok: false, tookMs, cause: end }
}
