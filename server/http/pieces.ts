import { once } from 'node:events'
import type { Response } from 'express'
import type { Log } from '../base/log.ts'

/**
 * Sends pieces one after another, each when the one before it has found room, and stops making them when the visitor is gone. A failure
 * in the middle cuts the answer short, so that nobody takes a part for the whole.
 */
export async function sendPieces(
  response: Response,
  pieces: AsyncIterable<Uint8Array | string>,
  log: Log,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    for await (const piece of pieces) {
      if (response.destroyed) return
      if (piece.length > 0 && !response.write(piece)) await once(response, 'drain', { signal: gone.signal })
    }
    response.end()
  } catch (error) {
    if (gone.signal.aborted) return
    if (!response.headersSent) throw error
    log.error({ error: error instanceof Error ? error.stack : String(error) }, 'an answer was cut short')
    response.destroy()
  }
}
