import type { Span } from '../contract/jobs.ts'
import { EchoWatch } from './echo.ts'
import { Printed } from './printed.ts'
import { asStopped, type Stopped } from './stopped.ts'
import { blindRate, patience, type Typist } from './typist.ts'

export interface PasteRequest {
  text: string
  /** The far end asked for bracketed paste. */
  bracketed: boolean
}

export interface PasteProgress {
  /** Bytes of the text that arrived, or were typed where nothing comes back. */
  done: number
  verified: boolean | null
  message: string
}

export interface PasteOutcome {
  state: 'done' | 'failed' | 'cancelled'
  done: number
  verified: boolean
  missing: Span[]
  message: string
}

/** A line of the text: its own bytes stand from `from` to `to`; the line end after it belongs to it too. */
interface Line {
  bytes: Buffer
  from: number
  to: number
}

const enter = Buffer.from('\r')
/** Begins carefully, and grows with each line that came back. */
const window = { first: 16, most: 256 }

/**
 * Types a text line by line. The Enter of each is only pressed when the line has come back as it was typed, so that a damaged line is
 * not run. Where nothing comes back it types slowly and says so.
 */
export async function paste(
  request: PasteRequest,
  typist: Typist,
  report: (progress: PasteProgress) => void,
): Promise<PasteOutcome> {
  const typing = new Pasting(request, typist, report)
  try {
    return request.bracketed ? await typing.bracketed() : await typing.lineByLine()
  } catch (error) {
    return typing.stopped(asStopped(error))
  }
}

class Pasting {
  readonly #typist: Typist
  readonly #report: (progress: PasteProgress) => void
  readonly #lines: Line[]
  readonly #total: number
  /** The text ends with a line end. */
  readonly #ends: boolean
  readonly #printed = new Printed()
  /** Everything before this has arrived, with its line ends entered. */
  #done = 0
  /** The line being typed. */
  #at = 0
  #seen = false
  #blind = false

  constructor({ text }: PasteRequest, typist: Typist, report: (progress: PasteProgress) => void) {
    this.#typist = typist
    this.#report = report
    this.#lines = linesOf(text)
    this.#total = Buffer.byteLength(text)
    this.#ends = this.#lines.at(-1)?.to !== this.#total
  }

  async lineByLine(): Promise<PasteOutcome> {
    let room = window.first
    for (const [at, line] of this.#lines.entries()) {
      this.#at = at
      this.#tell()
      const keys = at === 0 ? line.bytes : Buffer.concat([enter, line.bytes])
      if (!(await this.#type(keys, line, room))) return this.#lost(line)
      this.#done = line.to
      room = Math.min(window.most, room * 2)
    }
    if (this.#ends && !(await this.#type(enter, undefined, room))) return this.#lost(undefined)
    return this.#arrived()
  }

  /** The program at the far end collects all of it before it shows any. */
  async bracketed(): Promise<PasteOutcome> {
    const watch = new EchoWatch(this.#printed)
    const unlisten = this.#typist.keyboard.listen((bytes) => watch.hear(bytes))
    try {
      await this.#typist.type(Buffer.from('\x1b[200~'))
      for (const [at, line] of this.#lines.entries()) {
        this.#at = at
        this.#tell()
        watch.expect(line.bytes)
        await this.#typist.type(line.bytes)
        if (at < this.#lines.length - 1 || this.#ends) await this.#typist.type(enter)
      }
      await this.#typist.type(Buffer.from('\x1b[201~'))
      // A far end that prints all the time must not keep the lock.
      const { clock } = this.#typist.keyboard
      const until = clock.monotonic() + patience.busyMs
      while (!watch.complete && clock.monotonic() < until && (await this.#typist.heard(patience.firstMs)));
    } finally {
      unlisten()
    }
    this.#blind = !watch.complete
    this.#seen = watch.complete
    return this.#arrived()
  }

  stopped(why: Stopped): PasteOutcome {
    return this.#outcome(why.kind, `${this.#count()} ${why.message}`)
  }

  /** Types one line, with the Enter of the line before. Answers whether to go on. */
  async #type(keys: Uint8Array, line: Line | undefined, room: number): Promise<boolean> {
    if (this.#blind) {
      await this.#typist.type(keys, blindRate)
      return true
    }
    const watch = new EchoWatch(this.#printed)
    const silentMs = this.#seen ? patience.silentMs : patience.firstMs
    const { echo, typed } = await this.#typist.typeWatched(keys, { watch, window: room, silentMs })
    // The first that comes back is the line end before.
    if (watch.seen > 0) this.#done = line?.from ?? this.#total
    if (echo === 'arrived') {
      this.#seen ||= watch.seen > 0
      return true
    }
    if (echo === 'damaged' || this.#seen) return false
    this.#blind = true
    await this.#typist.type(keys.subarray(typed), blindRate)
    return true
  }

  #lost(line: Line | undefined): PasteOutcome {
    const what =
      line === undefined
        ? 'The last Enter was pressed, but the far end did not answer it.'
        : `Line ${this.#at + 1} did not come back as it was typed, so its Enter was not pressed: what there is of it stands on the console. Clear it there (Ctrl-U, or Ctrl-C) before you paste the rest.`
    return this.#outcome('failed', `${this.#count()} ${what}`)
  }

  #arrived(): PasteOutcome {
    this.#done = this.#total
    const many = this.#lines.length
    const lines = many === 1 ? 'The line' : `All ${inLines(many)}`
    const message = this.#blind
      ? `${lines} ${many === 1 ? 'was' : 'were'} typed, but the far end shows nothing of it: whether it arrived cannot be said.`
      : `${lines} arrived.`
    return this.#outcome('done', message)
  }

  #outcome(state: PasteOutcome['state'], message: string): PasteOutcome {
    const missing = this.#done < this.#total ? [{ from: this.#done, to: this.#total }] : []
    return { state, done: this.#done, verified: this.#seen && !this.#blind, missing, message }
  }

  #tell(): void {
    const where = `Typing line ${this.#at + 1} of ${this.#lines.length}.`
    this.#report({
      done: this.#done,
      verified: this.#blind ? false : this.#seen ? true : null,
      message: this.#blind
        ? `${where} The far end shows nothing of it, so it goes slowly and unverified.`
        : where,
    })
  }

  #count(): string {
    const entered = this.#lines.filter(({ to }) => to < this.#done).length
    return `${entered} of ${inLines(this.#lines.length)} ${this.#blind ? 'were typed' : 'arrived'}.`
  }
}

function linesOf(text: string): Line[] {
  const lines: Line[] = []
  let from = 0
  for (const found of text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)) {
    const bytes = Buffer.from(found[1] ?? '')
    // A line end at the end of the text does not begin another line.
    if (found[0] === '') break
    lines.push({ bytes, from, to: from + bytes.length })
    from += Buffer.byteLength(found[0])
  }
  return lines
}

function inLines(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`
}
