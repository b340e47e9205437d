import { useEffect, useState } from 'react'

/** Long enough to be read, gone before it is in the way. */
const shownMs = 6000

export interface Hint {
  text: string | null
  show(text: string): void
  hide(): void
}

/** Why a key went nowhere, said once for a burst of keys. */
export function useHint(): Hint {
  const [hint, setHint] = useState<{ text: string; at: number } | null>(null)
  useEffect(() => {
    if (!hint) return
    const timer = setTimeout(() => setHint(null), shownMs)
    return () => clearTimeout(timer)
  }, [hint])
  return {
    text: hint?.text ?? null,
    show: (text) => setHint({ text, at: Date.now() }),
    hide: () => setHint(null),
  }
}
