import { useState } from 'react'
import { planPaste } from './paste.ts'
import type { TerminalView } from './terminal.ts'

export interface Paste {
  /** What is being asked about; null when nothing is. An empty text asks for something to paste. */
  pending: string | null
  /** Pastes a single line at once, and asks about anything else. */
  offer(text: string, terminal: TerminalView | null): void
  setPending(text: string | null): void
}

export function usePaste(): Paste {
  const [pending, setPending] = useState<string | null>(null)
  return {
    pending,
    setPending,
    offer: (text, terminal) => {
      const plan = planPaste(text)
      if (plan.ask) setPending(text)
      else terminal?.paste(plan.text)
    },
  }
}
