import type { ScreenView } from '../console/screen/screen.ts'
import { Eyes, type Seen } from './eyes.ts'
import type { Typist } from './typist.ts'

/** A getty is started anew within this, also by a slow init. */
const backMs = 15_000
/** Without a word of it for so long, Enter has it print its prompt once more: a message may have hidden it. */
const remindMs = 4000
const againMs = 300
const mostShells = 4

export interface Left {
  /** The login prompt was seen. */
  back: boolean
  /** What stands there. */
  seen: Seen
}

/**
 * Proves that the login prompt is back. Shells of ours that are still there are left with `exit`; what else we have begun is ended with
 * Ctrl-C when `interrupt` says so.
 */
export async function leaveSession(
  typist: Typist,
  screen: () => Promise<ScreenView | undefined>,
  { interrupt }: { interrupt: boolean },
): Promise<Left> {
  const eyes = new Eyes(typist, screen)
  const { clock } = typist.keyboard
  const end = clock.monotonic() + backMs
  let reminded = false
  let shells = 0
  const press = (key: string): Promise<void> => {
    eyes.pressed()
    return typist.type(Buffer.from(key))
  }
  try {
    if (interrupt) await press('\x03')
    for (;;) {
      const seen = await eyes.look()
      const { prompt } = seen
      if (prompt.kind === 'login' && prompt.typed === '') return { back: true, seen }
      if (clock.monotonic() >= end) return { back: false, seen }
      if (prompt.kind === 'shell' && shells < mostShells) {
        shells += 1
        // Ctrl-C clears what stands at the prompt: half of a line that we were typing.
        await press(prompt.typed === '' ? ' exit\r' : '\x03')
      } else if (!reminded && seen.waited >= remindMs) {
        reminded = true
        // Enter at a password prompt would be a failed login.
        await press(prompt.kind === 'password' ? '\x04' : '\r')
      } else await typist.heard(againMs)
    }
  } finally {
    eyes.close()
  }
}
