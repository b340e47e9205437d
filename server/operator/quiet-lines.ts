import { randomBytes } from 'node:crypto'
import { cksum } from './cksum.ts'
import { Heard } from './heard.ts'
import { Stopped } from './stopped.ts'
import type { Typist } from './typist.ts'

/**
 * Longest line typed, with its Enter: BusyBox ash cuts one at 1,023, a tty in line mode at 4,095, and what is damaged has to be typed
 * again.
 */
const lineLength = 150
/** Checksum and space before the text of a line, Enter behind it. */
const headLength = 12
/** Characters of one command. */
export const commandLength = lineLength - headLength

/**
 * Answers to a line are waited for this long at first, then by what the line has shown to need. Times in ms. The shell ends by itself when
 * nothing is typed for 25 s, so no wait may come near that.
 */
export const wait = { first: 8000, least: 1500, most: 12_000 }
const tries = 8
/** Of what was printed since the last line. */
const heardBytes = 16 * 1024
/** A far end's receive FIFO overruns when typed at too fast: slower after each damaged line, down to 1/8, and faster again in time. */
const slowest = 8
/**
 * Lines under way at once: while the shell works at one the next is typed, and then there is always one to work at. After a damaged line
 * each goes alone for some lines.
 */
const underWay = 2
const aloneAfterDamage = 8

/** What a command may take besides the answer's own time, ms: silently, and while it prints. */
export interface Work {
  workMs?: number
  printMs?: number
}

type Said = 'done' | 'damaged' | 'failed'

interface Line {
  sum: string
  bytes: Buffer
}

/**
 * Lines on their way to a quiet shell, in their order. Each carries a checksum of its number and text, and the shell runs none but the one
 * whose number is next: what was typed behind a damaged line is not run, and all of it is typed again. Every answer names the number that
 * is wanted next.
 */
export class QuietLines {
  readonly #typist: Typist
  /** In every answer, so that nothing else is taken for one. */
  readonly tag = randomBytes(2).toString('hex')
  readonly #heard = new Heard(heardBytes)
  /** Stops listening. */
  readonly release: () => void
  /** Given and not answered yet. */
  readonly #lines: Line[] = []
  /** So many of them have been typed. */
  #sent = 0
  /** Number of the first of them. */
  #next = 0
  /** Checksums of lines that were done: late answers to copies of them say nothing of those that follow. */
  #past: string[] = []
  #alone = 0
  /** When the only line under way was typed. */
  #askedAt: number | undefined
  /** Smoothed time from Enter to answer, ms. */
  roundTrip: number | undefined
  #slow = 1
  /** Lines that had to be typed again. */
  retyped = 0
  /** What was typed came back, though nothing shows it there: the line itself does. */
  shown = false
  /** Bytes typed. */
  typed = 0

  constructor(typist: Typist) {
    this.#typist = typist
    this.release = typist.keyboard.listen((bytes) => this.#heard.take(bytes))
  }

  /** Gives a line, and waits until no more than `ahead` are unanswered. Throws Stopped when one ended with `k=F`, or the shell is silent. */
  async enter(command: string, { ahead = 0, ...work }: Work & { ahead?: number } = {}): Promise<void> {
    if (command.length > commandLength || /^\s|\s$/.test(command)) {
      throw new RangeError('A command is too long for one line, or has blanks at its ends.')
    }
    this.#look()
    this.forget()
    const sum = this.#sumOf(this.#next + this.#lines.length, command)
    this.#lines.push({ sum, bytes: Buffer.from(`${sum} ${command}\r`, 'latin1') })
    await this.#flow(ahead, work)
  }

  /** Waits until every line is answered. Throws as `enter` does. */
  settle(): Promise<void> {
    return this.#flow(0, {})
  }

  /** The line with this command, where none is under way. */
  lineOf(command: string): Buffer {
    return Buffer.from(`${this.#sumOf(this.#next, command)} ${command}\r`, 'latin1')
  }

  /** Lets go of what was printed, but for what belongs to lines under way. */
  forget(): void {
    this.#heard.forget(this.#lines.length > 0)
  }

  /** What stands behind each of our tags, where it fits. */
  *framed(shape: RegExp): Generator<RegExpExecArray> {
    for (const text of this.#heard.readings) {
      for (const part of text.split(`<${this.tag}`).slice(1)) {
        const found = shape.exec(part)
        if (found !== null) yield found
      }
    }
  }

  async until(shape: RegExp, ms: number, typist = this.#typist): Promise<boolean> {
    const { clock } = typist.keyboard
    for (const end = clock.monotonic() + ms; this.framed(shape).next().done === true; ) {
      const left = end - clock.monotonic()
      if (left <= 0) return false
      await typist.heard(left)
    }
    return true
  }

  async type(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): Promise<void> {
    this.typed += bytes.length
    const { bytesPerSecond } = this.#typist.keyboard.rate
    await this.#typist.type(bytes, Math.min(most, bytesPerSecond / this.#slow))
    this.#slow = Math.max(1, this.#slow * 0.95)
  }

  async #flow(ahead: number, { workMs = 0, printMs = 0 }: Work): Promise<void> {
    for (let attempt = 1; this.#lines.length > ahead || this.#sent < this.#lines.length; ) {
      if (await this.#typeNext(workMs + printMs === 0)) continue
      const said = await this.#answer(this.#patience(attempt) + workMs, printMs)
      attempt = said === 'done' ? 1 : attempt + 1
      if (attempt > tries) throw new Stopped('failed', 'The device’s shell does not answer any more.')
      if (said === 'failed') throw new Stopped('failed', 'The device could not do it.')
      if (said === 'damaged') await this.#again()
      else if (said === undefined) await this.#remind()
    }
  }

  /** The next line that was not typed yet, if another may be under way. */
  async #typeNext(measured: boolean): Promise<boolean> {
    const line = this.#lines[this.#sent]
    if (line === undefined || this.#sent >= (this.#alone > 0 ? 1 : underWay)) return false
    await this.type(line.bytes)
    this.#askedAt = this.#sent === 0 && measured ? this.#typist.keyboard.clock.monotonic() : undefined
    this.#sent += 1
    return true
  }

  /** Ends whatever there is of a line; an empty one is answered too, and tells which number is wanted. */
  async #remind(): Promise<void> {
    this.#askedAt = undefined
    this.#heard.forget()
    await this.type(Buffer.from('\r'))
  }

  /** All that is under way is typed again, when the shell has read to its end. */
  async #again(): Promise<void> {
    this.retyped += 1
    this.#slow = Math.min(slowest, this.#slow * 2)
    this.#alone = aloneAfterDamage
    if (this.#sent > 1) {
      await this.#remind()
      await this.until(/^:(\d+|F):>/, this.#patience(1))
      this.#look()
    }
    this.#heard.forget()
    this.#askedAt = undefined
    this.#sent = 0
  }

  /** What comes first; undefined when nothing does. */
  async #answer(ms: number, printMs: number): Promise<Said | undefined> {
    const { clock } = this.#typist.keyboard
    const last = clock.monotonic() + ms + printMs
    for (let end = clock.monotonic() + ms; ; ) {
      const said = this.#look()
      if (said !== undefined) return said
      const left = end - clock.monotonic()
      if (left <= 0) return undefined
      if (await this.#typist.heard(left)) end = Math.max(end, Math.min(last, clock.monotonic() + ms))
    }
  }

  #look(): Said | undefined {
    let said: Said | undefined
    for (const [, wanted = '', of = ''] of this.framed(/^:(\d+|F):([^>\r\n]*)>/)) {
      if (wanted === 'F') return 'failed'
      const done = Number(wanted) - this.#next
      if (done > 0 && done <= this.#sent) {
        this.#done(done)
        said = 'done'
      } else if (done === 0 && this.#sent > 0 && !this.#past.includes(of)) said ??= 'damaged'
    }
    return said
  }

  #done(count: number): void {
    this.#measure()
    const done = this.#lines.splice(0, count)
    const typed = done.map(({ bytes }) => bytes.toString('latin1').trimEnd())
    this.shown ||= this.#heard.readings.some((text) => typed.some((line) => text.includes(line)))
    this.#past = [...this.#past, ...done.map(({ sum }) => sum)].slice(-2 * underWay)
    this.#next += count
    this.#sent -= count
    this.#alone = Math.max(0, this.#alone - count)
  }

  #measure(): void {
    if (this.#askedAt === undefined) return
    const took = this.#typist.keyboard.clock.monotonic() - this.#askedAt
    this.#askedAt = undefined
    this.roundTrip = this.roundTrip === undefined ? took : this.roundTrip * 0.8 + took * 0.2
  }

  #sumOf(number: number, command: string): string {
    return String(cksum(Buffer.from(`${number}${command}`, 'latin1')))
  }

  #patience(attempt: number): number {
    const usual = this.roundTrip === undefined ? wait.first : Math.max(wait.least, this.roundTrip * 4)
    return Math.min(wait.most, usual * 2 ** (attempt - 1))
  }
}
