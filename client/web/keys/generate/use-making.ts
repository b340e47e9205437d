import { useEffect, useRef, useState } from 'react'
import { type MadeKey, makeKey, type Wish } from './make-key.ts'

export type Making =
  | { state: 'asking'; failure: unknown }
  | { state: 'working'; share: number }
  | { state: 'made'; key: MadeKey }

/** Makes a key once it is asked to. Whoever leaves takes what was made along: it is kept nowhere. */
export function useMaking() {
  const [making, setMaking] = useState<Making>({ state: 'asking', failure: null })
  const leaving = useRef<AbortController>(null)
  useEffect(() => () => leaving.current?.abort(), [])

  async function start(wish: Wish): Promise<void> {
    const abort = new AbortController()
    leaving.current = abort
    setMaking({ state: 'working', share: 0 })
    try {
      const key = await makeKey(wish, (share) => setMaking({ state: 'working', share }), abort.signal)
      setMaking({ state: 'made', key })
    } catch (failure) {
      if (!abort.signal.aborted) setMaking({ state: 'asking', failure })
    }
  }
  return { making, start }
}
