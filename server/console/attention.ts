import type { Attention } from '../contract/devices.ts'
import { asksLogin, boots, findAlarms, worse } from './alarms.ts'
import type { History } from './history/history.ts'
import { lastPlainLine } from './plain-text.ts'

/** A line at 115200 baud prints 23 KB between two looks; of a flood only the newest is looked at. */
const mostBytes = 32 * 1024
/** What was cut by the last look is seen whole by the next. */
const overlap = 256

/** Whether a console printed something that somebody should see. Looked for now and then, never on the way of the bytes. */
export class AttentionWatch {
  /** Where the last look ended. What was printed before the gateway started, somebody may have seen long ago. */
  #looked: number
  #booted = false
  /** The first that is ever heard of a device may well be its boot, up to its first login prompt. */
  #first: boolean
  #found: Attention | null = null

  constructor(end: number) {
    this.#looked = end
    this.#first = end === 0
  }

  get found(): Attention | null {
    return this.#found
  }

  /**
   * Looks at what was printed since the last look. Returns whether there is something new to tell.
   * @param attended somebody types here, and needs not be told that the machine came up again.
   */
  look(
    history: Pick<History, 'end' | 'tail'>,
    { now, attended }: { now: number; attended: boolean },
  ): boolean {
    const fresh = history.end - this.#looked
    if (fresh === 0) return false
    this.#looked = history.end
    const printed = history.tail(Math.min(fresh + overlap, mostBytes))
    const before = this.#found
    const lines = fromLineIn(printed, Math.max(0, printed.length - fresh))
    for (const alarm of findAlarms(lines)) {
      this.#found = worse(this.#found, { ...alarm, at: now })
    }
    this.#lookForReboot(lines, { now, attended })
    return this.#found !== before
  }

  /** Something else than its output says that somebody should look. */
  raise(alarm: Attention): void {
    this.#found = worse(this.#found, alarm)
  }

  /** Somebody has opened the console: what it printed so far is seen. Returns whether there was anything. */
  seen(): boolean {
    const had = this.#found !== null
    this.#found = null
    return had
  }

  #lookForReboot(printed: string, { now, attended }: { now: number; attended: boolean }): void {
    this.#booted ||= boots(printed)
    if (!this.#booted || !asksLogin(printed)) return
    this.#booted = false
    const first = this.#first
    this.#first = false
    if (attended || first) return
    const line = lastPlainLine(Buffer.from(printed.slice(-overlap), 'latin1'), 200)
    this.#found = worse(this.#found, { alarm: 'rebooted', line, at: now })
  }
}

/**
 * From the beginning of the line that the first new byte belongs to: whole lines before it were looked at last time. Most of it is ASCII, and
 * so is what is looked for: as Latin-1 it costs next to nothing.
 */
function fromLineIn(printed: Uint8Array, firstNew: number): string {
  const begin = printed.lastIndexOf(0x0a, Math.max(0, firstNew - 1)) + 1
  return Buffer.from(printed.buffer, printed.byteOffset + begin, printed.length - begin).toString('latin1')
}
