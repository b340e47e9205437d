import { useEffect, useMemo } from 'react'
import { Pacer } from './pacer.ts'

/** The one pacer of a wall. Frames stop when nobody sees the page, and so do its tiles. */
export function usePacer(): Pacer {
  const pacer = useMemo(
    () =>
      new Pacer({
        frame(run) {
          const due = requestAnimationFrame(run)
          return () => cancelAnimationFrame(due)
        },
        now: () => performance.now(),
      }),
    [],
  )
  useEffect(() => () => pacer.close(), [pacer])
  return pacer
}
