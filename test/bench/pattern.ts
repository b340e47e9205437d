/**
 * What a flooding device prints, over and over: pseudo-random printable lines, the same in every process that imports this. Its
 * length is no multiple of any buffer's size, so that bytes out of place are seen.
 */
const length = 1024 * 1024 + 7

/** Where in a line of 80 it ends, as devices end theirs. */
const lineEnd: Record<number, number> = { 78: 0x0d, 79: 0x0a }

const text = makeText()

/** The device's bytes from `position` on, at most `max` of them. */
export function printedAt(position: number, max: number): Buffer {
  const at = position % length
  return text.subarray(at, at + max)
}

/** Whether the device printed exactly these bytes at `position`. */
export function wasPrintedAt(position: number, bytes: Buffer): boolean {
  for (let done = 0; done < bytes.length; ) {
    const expected = printedAt(position + done, bytes.length - done)
    if (bytes.compare(expected, 0, expected.length, done, done + expected.length) !== 0) return false
    done += expected.length
  }
  return true
}

function makeText(): Buffer {
  const bytes = Buffer.alloc(length)
  // xorshift32 (Marsaglia 2003): the same numbers everywhere.
  let state = 0x9e3779b9
  for (let at = 0; at < length; at += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = lineEnd[at % 80] ?? 0x20 + ((state >>> 0) % 95)
  }
  return bytes
}
