import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import type { SysRqKey } from '../contract/sysrq.ts'
import type { Link } from './transport.ts'

/** Linux takes what follows a BREAK as a command for 5 s (SYSRQ_TIMEOUT in linux/serial_core.h); a key on its way may take a second. */
const keyWithinMs = 4000

/** Sends BREAKs, alone or with a SysRq key after it, so that nothing comes between the two. */
export class Breaks {
  readonly #clock: Clock
  #isCommanding = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws AppError `try-later` while a BREAK waits for its key: whatever is typed now would be the command. */
  letPass(): void {
    if (this.#isCommanding) {
      throw new AppError(
        'try-later',
        'A SysRq command is being sent, and a key now would be taken as the command: it was not sent. Type it again.',
      )
    }
  }

  /** Rejects with AppError; also as the link does. `isUp` says whether the link is still the console's. */
  async send(link: Link, key: SysRqKey | null, isUp: () => boolean): Promise<void> {
    this.letPass()
    if (key === null) return link.sendBreak()
    const began = this.#clock.monotonic()
    this.#isCommanding = true
    try {
      await link.sendBreak()
      if (!isUp())
        throw new AppError('line-down', `The line went down after the break: SysRq ${key} was not sent.`)
      if (this.#clock.monotonic() - began > keyWithinMs) throw late(key)
      link.write(Buffer.from(key))
    } finally {
      this.#isCommanding = false
    }
  }
}

/** Said before the lock is taken: what is refused changes nothing. */
export function unsupportedBreak(): AppError {
  return new AppError(
    'break-unsupported',
    'This line cannot carry a break: its transport has no way to say it.',
  )
}

function late(key: SysRqKey): AppError {
  return new AppError(
    'try-later',
    `The line took so long to send the break that SysRq ${key} was not sent after it: it might have been typed into a shell. Wait 5 seconds before you type, then try again.`,
  )
}
