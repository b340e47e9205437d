import { limits } from '../contract/limits.ts'
import type { History } from './history/history.ts'
import { tailStart } from './tail-start.ts'

/** Bytes before the wanted place that show what stands there, and after it that may hold a line end. */
const contextBytes = 256
const searchBytes = 4096

type Source = Pick<History, 'end' | 'oldest' | 'peek' | 'read'>

/** Where a replay of about `bytes` begins: a tail of history that begins with a line. At once when memory knows, else from disk. */
export function startOfReplay(
  history: Source,
  bytes: number = limits.attachTailBytes,
): number | Promise<number> {
  const { end, oldest } = history
  const wanted = end - bytes
  if (wanted <= oldest) return oldest
  const from = Math.max(oldest, wanted - contextBytes)
  const length = Math.min(end, wanted + searchBytes) - from
  const window = history.peek(from, length)
  if (window !== undefined) return from + tailStart(window, wanted - from)
  return readStart(history, { from, length, wanted })
}

async function readStart(
  history: Source,
  { from, length, wanted }: { from: number; length: number; wanted: number },
): Promise<number> {
  try {
    const slice = await history.read(from, length)
    if (slice.kind === 'gone') return Math.max(wanted, slice.heldFrom)
    if (from + slice.bytes.length <= wanted) return wanted
    return from + tailStart(slice.bytes, wanted - from)
  } catch {
    // Where it cannot be read now, the feed finds out and tells.
    return wanted
  }
}
