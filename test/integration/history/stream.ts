import { expect } from 'vitest'
import type { History } from '../../../server/console/history/history.ts'
import type { Gap } from '../../../server/contract/console.ts'

/** What the tests' device prints at an offset: every byte value, and no two neighbouring 64 KiB alike. */
export function bytesAt(from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let index = 0; index < length; index++) {
    const offset = from + index
    bytes[index] = (offset * 31 + Math.floor(offset / 256) * 7) & 0xff
  }
  return bytes
}

/** Lets the device print from `from` on, in chunks as a line brings them; returns where it ended. */
export function print(history: History, from: number, length: number, chunk = 4096): number {
  const end = from + length
  for (let at = from; at < end; at += chunk) history.append(bytesAt(at, Math.min(chunk, end - at)))
  return end
}

/** Prints, and waits until viewers may see all of it. */
export async function printAndShow(
  history: History,
  from: number,
  length: number,
  chunk = 4096,
): Promise<number> {
  const end = print(history, from, length, chunk)
  await expect.poll(() => history.end, { timeout: 20_000, interval: 1 }).toBe(end)
  return end
}

export interface Replay {
  /** Offsets of bytes that were there, and right. */
  bytes: number
  gaps: Gap[]
  /** Where the replay ended. */
  end: number
}

/** Reads everything from `from` on as a viewer that catches up does, checks each byte, and collects the gaps. */
export async function replay(history: History, from: number, max = 256 * 1024): Promise<Replay> {
  const gaps: Gap[] = []
  let bytes = 0
  let at = from
  let told = 0
  for (;;) {
    const step = history.next(at, told, max)
    if (step.kind === 'live') return { bytes, gaps, end: at }
    if (step.kind === 'gap') {
      expect(step.counted.gap.from).toBe(at)
      gaps.push(step.counted.gap)
      told = step.counted.seq
      at = step.counted.gap.to
      continue
    }
    if (step.kind === 'bytes') {
      expectBytes(at, step.bytes)
      bytes += step.bytes.length
      at += step.bytes.length
      continue
    }
    for (const item of await history.fetch(at, max)) {
      if (item.kind === 'gap') {
        expect(item.gap.from).toBe(at)
        gaps.push(item.gap)
        at = item.gap.to
      } else {
        expect(item.from).toBe(at)
        expectBytes(at, item.bytes)
        bytes += item.bytes.length
        at += item.bytes.length
      }
    }
  }
}

function expectBytes(from: number, bytes: Uint8Array): void {
  const difference = Buffer.compare(bytes, bytesAt(from, bytes.length))
  if (difference !== 0) throw new Error(`Bytes from ${from} on (${bytes.length}) are not what was printed.`)
}
