import type { HeldConsole } from '../console/console.ts'
import { limits } from '../contract/limits.ts'
import { hostKeysPrinted } from './console-block.ts'
import type { HeardKey } from './heard-key.ts'

/** A first boot that installs packages prints some hundred KB. What comes later is not believed: by then others may be on the machine. */
const mostBytes = 4 * 1024 * 1024

/** Host keys in what a console has printed since `from`. None when it has no history from there. */
export async function readConsole(
  console: Pick<HeldConsole, 'readHistory'> | undefined,
  from: number,
): Promise<HeardKey[]> {
  if (console === undefined) return []
  const parts: Uint8Array[] = []
  for (let at = from; at < from + mostBytes; ) {
    const slice = await console.readHistory(at, limits.historyReadBytes)
    if (slice.kind === 'gone' || slice.bytes.length === 0) break
    parts.push(slice.bytes)
    at = slice.from + slice.bytes.length
  }
  return hostKeysPrinted(Buffer.concat(parts).subarray(0, mostBytes))
}
