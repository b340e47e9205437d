/** Milliseconds on the clock that all processes of a machine share (clock_gettime(2), CLOCK_MONOTONIC). */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
