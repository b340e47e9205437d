import type { Gap } from '../../contract/console.ts'

/** What a viewer is served, in the order of the stream. */
export type Item =
  /** `release` gives the bytes' memory back: to be called when they are not looked at any more. */
  { kind: 'bytes'; from: number; bytes: Uint8Array; release?: () => void } | { kind: 'gap'; gap: Gap }

/**
 * Puts the gaps within recorded bytes at their places. `gaps` are in order, none covers a recorded byte. `release` is called when all
 * items have been released.
 */
export function weaveBytes(
  from: number,
  bytes: Uint8Array,
  gaps: readonly Gap[],
  release?: () => void,
): Item[] {
  const items = weave(from, bytes, gaps)
  if (release === undefined) return items
  const done = afterAll(items.filter(({ kind }) => kind === 'bytes').length, release)
  return items.map((item) => (item.kind === 'bytes' ? { ...item, release: done } : item))
}

/** A function that runs `last` at its call of that number. */
export function afterAll(calls: number, last: () => void): () => void {
  let left = calls
  return () => {
    left -= 1
    if (left === 0) last()
  }
}

function weave(from: number, bytes: Uint8Array, gaps: readonly Gap[]): Item[] {
  const items: Item[] = []
  const end = from + bytes.length
  let at = from
  const upTo = (offset: number): void => {
    if (offset > at) items.push({ kind: 'bytes', from: at, bytes: bytes.subarray(at - from, offset - from) })
    at = Math.max(at, offset)
  }
  for (const gap of gaps) {
    if (gap.from < from || gap.from >= end) continue
    upTo(gap.from)
    items.push({ kind: 'gap', gap })
  }
  upTo(end)
  return items
}

/**
 * Tells a span of which nothing is held. What no record explains is told as `not-recorded`: silence is no answer.
 * A record that began before `from` is cut to what is asked.
 */
export function weaveHole(from: number, to: number, gaps: readonly Gap[], unexplained: Gap): Item[] {
  const items: Item[] = []
  let at = from
  const upTo = (offset: number): void => {
    if (offset <= at) return
    items.push({ kind: 'gap', gap: { ...unexplained, from: at, to: offset } })
    at = offset
  }
  for (const gap of gaps) {
    const inside = gap.from >= at && gap.from < to
    const covers = gap.from < at && gap.to > at
    if (!inside && !covers) continue
    upTo(gap.from)
    const told = { ...gap, from: at, to: Math.max(at, Math.min(gap.to, to)) }
    items.push({ kind: 'gap', gap: told })
    at = told.to
  }
  upTo(to)
  return items
}
