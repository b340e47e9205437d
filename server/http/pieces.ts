import { once } from 'node:events'
import type { Response } from 'express'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'

/** A visitor who takes nothing for so long keeps others from what is done a few at a time. */
const stalledMs = 60_000

/**
 * Sends pieces one after another, each when the one before it has found room, and stops making them when the visitor is gone. A failure
 * in the middle cuts the answer short, so that nobody takes a part for the whole; so does a visitor who reads nothing for a minute.
 */
export async function sendPieces(
  response: Response,
  pieces: AsyncIterable<Uint8Array | string>,
  { clock, log }: { clock: Clock; log: Log },
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    for await (const piece of pieces) {
      if (response.destroyed) return
      if (piece.length === 0 || response.write(piece)) continue
      const stalled = clock.after(stalledMs, () => response.destroy())
      await once(response, 'drain', { signal: gone.signal }).finally(() => stalled.cancel())
    }
    response.end()
  } catch (error) {
    if (gone.signal.aborted) return
    if (!response.headersSent) throw error
    log.error({ error: error instanceof Error ? error.stack : String(error) }, 'an answer was cut short')
    response.destroy()
  }
}
