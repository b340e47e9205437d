import type { HistoryOverview } from '../../../server/contract/history.ts'

/** A span of time on the strip. */
export interface Scale {
  since: number
  until: number
}

/** Where a time stands on the strip, from 0 to 1; beyond either end outside of it. */
export function placeOf(at: number, { since, until }: Scale): number {
  return until <= since ? 0 : (at - since) / (until - since)
}

export function timeOf(place: number, { since, until }: Scale): number {
  return Math.round(since + Math.min(1, Math.max(0, place)) * (until - since))
}

/** How high a bar is, from 0 to 1. By logarithm: one line in an hour must be seen beside a boot log. */
export function heightOf(bytes: number, most: number): number {
  return bytes <= 0 || most <= 0 ? 0 : 0.12 + 0.88 * (Math.log1p(bytes) / Math.log1p(most))
}

/** A span of so many ms with `around` in it, within what there is. */
export function zoomed(ms: number | null, around: number, all: Scale): Scale {
  if (ms === null || ms >= all.until - all.since) return all
  const since = Math.min(Math.max(all.since, around - ms / 2), all.until - ms)
  return { since, until: since + ms }
}

/** All of history, to the second; null where nothing was ever printed. */
export function wholeOf({ first, last }: HistoryOverview, now: number): Scale | null {
  if (first.at === null) return null
  const until = Math.max(last.at ?? first.at, first.at + 1000)
  // A console that printed a moment ago is shown up to now, so that its end does not stick to the edge.
  return { since: first.at, until: now - until < 60_000 ? Math.max(now, until) : until }
}
