/** When to try again. Doubles from `first` to `most`, each with jitter so that a thousand lines do not knock at once. */
export interface Backoff {
  first: number
  most: number
  /** The count of failures starts anew only after a link stayed good this long: connecting is no proof of health. */
  goodAfter: number
}

export const lineBackoff: Backoff = { first: 1000, most: 60_000, goodAfter: 30_000 }

/**
 * Delay in ms before attempt `failures` + 1; `failures` counts from 1. Jitter takes up to half away, never below `first`.
 * @param random 0 to 1, as Math.random gives.
 */
export function delayAfter(backoff: Backoff, failures: number, random: number): number {
  const full = Math.min(backoff.most, backoff.first * 2 ** Math.min(failures - 1, 30))
  return Math.max(backoff.first, Math.round(full * (1 - random / 2)))
}
