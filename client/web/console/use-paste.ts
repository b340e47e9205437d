import { useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { call } from '../api/call.ts'
import { tellFailure } from '../parts/tell.ts'
import { planPaste } from './paste.ts'
import type { TerminalView } from './terminal.ts'

/** What this page has sent last, so that it can say what did not arrive. */
export interface Sent {
  jobId: string
  text?: string
  sha256?: string
}

export interface Paste {
  /** What is being asked about; null when nothing is. An empty text asks for something to paste. */
  pending: string | null
  /** A file is being chosen. */
  choosing: boolean
  sent: Sent | null
  /** Types a single line, and asks about anything else. */
  offer(text: string, terminal: TerminalView | null): void
  /** A short line at once; has the gateway type a long one, and several, one after the other. */
  type(text: string, terminal: TerminalView | null): void
  setPending(text: string | null): void
  setChoosing(choosing: boolean): void
  setSent(sent: Sent): void
}

export function usePaste(device: Device): Paste {
  const [pending, setPending] = useState<string | null>(null)
  const [choosing, setChoosing] = useState(false)
  const [sent, setSent] = useState<Sent | null>(null)
  const type = (text: string, terminal: TerminalView | null) => {
    const plan = planPaste(text)
    if (!plan.paced) {
      terminal?.paste(plan.text)
      return
    }
    const bracketed = terminal?.bracketedPaste() ?? false
    call('paste', { params: { id: device.id }, body: { text: plan.text, bracketed } }).then(
      (job) => setSent({ jobId: job.id, text: plan.text }),
      (error: unknown) => tellFailure('Nothing was pasted', error),
    )
  }
  return {
    pending,
    choosing,
    sent,
    setPending,
    setChoosing,
    setSent,
    offer: (text, terminal) => {
      if (planPaste(text).ask) setPending(text)
      else type(text, terminal)
    },
    type,
  }
}
