import type { Closable } from '../base/closing.ts'
import type { Context } from './context.ts'
import { idleMs } from './sessions.ts'

const everyMs = 3_600_000
/** Expired tokens stay in the list for a while, so that who wonders why a program stopped finds the reason. */
const keepExpiredTokensMs = 30 * 86_400_000

/** Removes sessions and tokens that have ended, at the start and each hour. They are refused from the moment they end. */
export function startSweeping(context: Context): Closable {
  let running = sweep(context)
  const timer = context.clock.every(everyMs, () => {
    running = sweep(context)
  })
  return {
    async close() {
      timer.cancel()
      await running
    },
  }
}

async function sweep({ read, clock, log, settings }: Context): Promise<void> {
  const now = clock.now()
  try {
    await read.sessions.removeEnded({ expiresAt: now, lastSeenAt: now - idleMs(settings) })
    await read.tokens.removeExpired(now - keepExpiredTokensMs)
  } catch (error) {
    log.warn({ error: String(error) }, 'ended sessions and tokens could not be removed')
  }
}
