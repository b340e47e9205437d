import { Failure } from '../api/failure.ts'
import { useNow } from '../parts/now.ts'
import { secondsUntil } from '../words/time.ts'

/** Seconds that the gateway asked to wait, counted down from when it was asked; 0 when trying again makes sense. */
export function useLockout(error: Error | null, askedAt: number): number {
  const now = useNow()
  if (!(error instanceof Failure) || error.retryAfter === undefined) return 0
  return secondsUntil(askedAt + error.retryAfter * 1000, now)
}
