import type { SearchMatch } from '../../contract/history.ts'
import { lineText, plainLines } from './line-text.ts'
import type { LineMatch, PatternOptions } from './search-pattern.ts'
import { type Found, searchSpan } from './search-span.ts'
import type { Snapshot } from './snapshot.ts'
import { SpanSource } from './span-source.ts'
import { TooCostly, timedPattern } from './timed-pattern.ts'

/** What to look for in one history. Plain data: it goes to another thread. */
export interface SearchJob {
  snapshot: Snapshot
  pattern: PatternOptions
  /** Offsets and wall times, ms. */
  from: number | undefined
  to: number | undefined
  since: number | undefined
  until: number | undefined
  limit: number
  context: number
}

export type ConsoleMatch = Omit<SearchMatch, 'type' | 'deviceId' | 'deviceName'>

/** What was done in one turn. */
export interface SearchTurn {
  matches: ConsoleMatch[]
  damaged: { from: number; to: number; reason: string }[]
  /** Everything from here on has been searched. */
  at: number
  state: 'more' | 'done' | 'limit' | 'too-costly'
}

/** After so much or so long an answer is due: so often a search shows its progress and can be stopped. */
const turnBytes = 8 * 1024 * 1024
const turnMs = 250
const contextBytes = 16 * 1024

/** Searches one history, the newest line first. Yields turns; the last one is not `more`. */
export async function* search(
  job: SearchJob,
  pattern = timedPattern(job.pattern),
): AsyncGenerator<SearchTurn> {
  const source = new SpanSource(job.snapshot)
  try {
    const { from, to } = await boundsOf(job, source)
    const found = searchSpan({ pieceBefore: (before) => source.pieceBefore(before), pattern, from, to })
    yield* turnsOf(job, source, found, to)
  } finally {
    source.close()
  }
}

async function boundsOf(
  { snapshot, from = 0, to, since, until }: SearchJob,
  { timeline }: SpanSource,
): Promise<{ from: number; to: number }> {
  const begin = since === undefined ? 0 : (await timeline.positionAt(since)).offset
  const end = until === undefined ? snapshot.end : (await timeline.positionAt(until)).offset
  return {
    from: Math.max(from, begin, snapshot.oldest),
    to: Math.min(to ?? snapshot.end, end, snapshot.end),
  }
}

async function* turnsOf(
  job: SearchJob,
  source: SpanSource,
  found: Generator<Found>,
  to: number,
): AsyncGenerator<SearchTurn> {
  let left = job.limit
  let searched = 0
  let began = performance.now()
  let turn: SearchTurn = { matches: [], damaged: [], at: to, state: 'more' }
  for (;;) {
    const next = nextOf(found)
    if (next === 'too-costly' || next === undefined) {
      yield { ...turn, state: next ?? 'done' }
      return
    }
    turn.at = next.from
    if (next.kind === 'damaged') turn.damaged.push({ from: next.from, to: next.to, reason: next.reason })
    else {
      searched += next.searched
      for (const match of next.matches.slice(0, left))
        turn.matches.push(await shownMatch(job, source, next.from, match))
      left -= next.matches.length
    }
    if (left <= 0) {
      yield { ...turn, at: turn.matches.at(-1)?.lineFrom ?? turn.at, state: 'limit' }
      return
    }
    if (searched < turnBytes && turn.matches.length === 0 && performance.now() - began < turnMs) continue
    yield turn
    searched = 0
    began = performance.now()
    turn = { matches: [], damaged: [], at: turn.at, state: 'more' }
  }
}

function nextOf(found: Generator<Found>): Found | 'too-costly' | undefined {
  try {
    const { value, done } = found.next()
    return done === true ? undefined : value
  } catch (error) {
    if (error instanceof TooCostly) return 'too-costly'
    throw error
  }
}

async function shownMatch(
  { context }: SearchJob,
  source: SpanSource,
  base: number,
  match: LineMatch,
): Promise<ConsoleMatch> {
  const lineFrom = base + match.from
  const { at } = await source.timeline.timeAt(lineFrom)
  const around =
    context === 0
      ? { before: [], after: [] }
      : {
          before: plainLines(bytesBefore(source, lineFrom)).slice(-context),
          after: plainLines(source.bytesFrom(base + match.to, contextBytes)).slice(0, context),
        }
  return {
    offset: base + match.matchFrom,
    end: base + match.matchTo,
    lineFrom,
    at,
    ...lineText(match),
    ...around,
  }
}

function bytesBefore(source: SpanSource, before: number): Buffer {
  const found: Buffer[] = []
  let at = before
  for (let left = contextBytes; left > 0; ) {
    const piece = source.pieceBefore(at)
    // What stands before a hole is no context.
    if (piece?.kind !== 'bytes' || piece.from + piece.bytes.length < at) break
    const bytes = piece.bytes.subarray(-left)
    found.unshift(bytes)
    at -= bytes.length
    left -= bytes.length
  }
  return Buffer.concat(found)
}
