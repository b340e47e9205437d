import { randomBytes } from 'node:crypto'
import { cksum } from './cksum.ts'
import { EchoWatch } from './echo.ts'
import { Heard } from './heard.ts'
import { Stopped } from './stopped.ts'
import { blindRate, patience, type Typist } from './typist.ts'

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
const wait = { first: 8000, least: 1500, most: 12_000 }
const tries = 8
/** Of what was printed since the last line. */
const heardBytes = 16 * 1024
/** A far end's receive FIFO overruns when typed at too fast: slower after each damaged line, down to 1/8, and faster again in time. */
const slowest = 8

/** What a command may take besides the answer's own time, ms: silently, and while it prints. */
export interface Work {
  workMs?: number
  printMs?: number
}

export interface QuietShellOptions {
  /** Takes the place of the login shell, which then writes no history and runs no logout script: when it ends, so does the login. */
  replace?: boolean
}

/**
 * A shell that reads commands from the console without showing, keeping or mistaking them. It is a child of whatever shell is there, or
 * takes its place, so that one's kind, history, prompt and options do not matter and are as they were when it has ended. Each line carries
 * a checksum of its text and number: a damaged one is not run but typed again, and none is run twice. Kernel messages may stand between
 * any two bytes. Left alone by a dead link it ends by itself.
 */
export class QuietShell {
  readonly #typist: Typist
  readonly #replace: boolean
  /** In every answer, so that nothing else is taken for one. */
  readonly tag = randomBytes(2).toString('hex')
  readonly #unlisten: () => void
  readonly #heard = new Heard(heardBytes)
  /** Number of the next line. */
  #next = 0
  /** Checksum of the line before. */
  #before = ''
  /** Smoothed time from Enter to answer, ms. */
  #roundTrip: number | undefined
  #slow = 1
  /** Lines that had to be typed again. */
  retyped = 0
  /** Bytes typed. */
  typed = 0

  private constructor(typist: Typist, replace: boolean) {
    this.#typist = typist
    this.#replace = replace
    this.#unlisten = typist.keyboard.listen((bytes) => this.#heard.take(bytes))
  }

  /** Starts at a shell prompt, on which nothing is typed yet. Throws Stopped when no shell answers. */
  static async start(typist: Typist, { replace = false }: QuietShellOptions = {}): Promise<QuietShell> {
    const shell = new QuietShell(typist, replace)
    try {
      await shell.#begin()
    } catch (error) {
      shell.release()
      throw error
    }
    return shell
  }

  /** Time that one line takes, ms; undefined before the first answer. */
  get roundTrip(): number | undefined {
    return this.#roundTrip
  }

  /**
   * Runs a command of at most `commandLength` characters, once, with no blank at its ends. Throws Stopped when it ended with `k=F`, or the
   * shell is silent.
   */
  async run(command: string, { workMs = 0, printMs = 0 }: Work = {}): Promise<void> {
    if (command.length > commandLength || /^\s|\s$/.test(command)) {
      throw new RangeError('A command is too long for one line, or has blanks at its ends.')
    }
    const sum = String(cksum(Buffer.from(`${this.#next}${command}`, 'latin1')))
    const line = Buffer.from(`${sum} ${command}\r`, 'latin1')
    this.#heard.forget()
    await this.#type(line)
    for (let attempt = 1; attempt <= tries; attempt++) {
      const asked = this.#typist.keyboard.clock.monotonic()
      const answer = await this.#answer(this.#patience(attempt) + workMs, printMs)
      if (answer === 'F') throw new Stopped('failed', 'The device could not do it.')
      if (Number(answer) > this.#next) {
        if (attempt === 1 && workMs + printMs === 0)
          this.#measure(this.#typist.keyboard.clock.monotonic() - asked)
        this.#next += 1
        this.#before = sum
        return
      }
      this.#heard.forget()
      // Ends whatever there is of a line; an empty one is answered too, and tells which number is wanted.
      if (answer === undefined) await this.#type(Buffer.from('\r'))
      else {
        this.retyped += 1
        this.#slow = Math.min(slowest, this.#slow * 2)
        await this.#type(line)
      }
    }
    throw new Stopped('failed', 'The device’s shell does not answer any more.')
  }

  /** What a command prints, without line ends at its end: one line. The command must be fit to be run within `$(...)`. */
  async ask(command: string): Promise<string> {
    await this.run(`o=$(${command})`)
    for (let attempt = 0; attempt < tries; attempt++) {
      await this.run('_r')
      const printed = this.#result()
      if (printed !== undefined) return printed
    }
    throw new Stopped('failed', 'The device’s answers arrive damaged each time.')
  }

  /** Ends the shell in order; answers whether it said so. */
  async end(): Promise<boolean> {
    this.#heard.forget()
    const line = `${cksum(Buffer.from(`${this.#next}_z`))} _z\r`
    for (let attempt = 0; attempt < 3; attempt++) {
      await this.#type(Buffer.from(line))
      if (await this.#until(/^:e:/, wait.least * 2)) return true
    }
    return false
  }

  /** Ctrl-C: it removes what it began and ends. Answers whether it said so. `typist` may be another, when this one has been stopped. */
  async interrupt(typist: Typist): Promise<boolean> {
    this.#heard.forget()
    // Some shells heed a trap only when the line they read has ended.
    for (const key of ['\x03', '\r', '\x03']) {
      await typist.type(Buffer.from(key))
      if (await this.#until(/^:e:/, wait.least, typist)) return true
    }
    return false
  }

  /** Listens no more. */
  release(): void {
    this.#unlisten()
  }

  async #begin(): Promise<void> {
    const line = Buffer.from(starter(this.tag, this.#replace))
    for (let attempt = 0; attempt < 3; attempt++) {
      const watch = new EchoWatch()
      const silentMs = patience.firstMs
      const { echo, typed } = await this.#typist.typeWatched(line, { watch, window: fifo, silentMs })
      this.typed += typed
      // Where nothing is shown at all, it is typed slowly instead.
      if (echo === 'silent') await this.#type(line.subarray(typed), blindRate)
      // A line that did not come back as it was typed must not be run.
      if (echo !== 'damaged') await this.#type(Buffer.from('\r'))
      if (echo !== 'damaged' && (await this.#until(/^:0:/, wait.first))) return this.#define()
      await this.#type(Buffer.from('\x03'))
      await this.#typist.pause(500)
    }
    throw new Stopped(
      'failed',
      'No shell answered. Log in, and leave the console at the prompt of a Unix shell that has stty and cksum.',
    )
  }

  /** Names that are no aliases: ksh has `r`. Bytes, not letters, are counted and cut. */
  async #define(): Promise<void> {
    const end = `_z(){ trap - 0;\${f:+rm -f "$f"};stty \${s-sane};echo "<$T:e:>";exit;}`
    await this.run(`T=${this.tag};${end};trap _z 0 1 2 15;LC_ALL=C;export LC_ALL`)
    await this.run('_r(){ set -- `printf %s "$o"|cksum`;printf \'%s\\n\' "<$T=$1=$o>";}')
  }

  /** The number that the shell wants next, once it has answered this line, a damaged or an empty one; undefined when nothing comes. */
  async #answer(ms: number, printMs: number): Promise<string | undefined> {
    const { clock } = this.#typist.keyboard
    const last = clock.monotonic() + ms + printMs
    for (let end = clock.monotonic() + ms; ; ) {
      for (const [, wanted, of] of this.#framed(/^:(\d+|F):([^>]*)>/)) {
        // An answer to an earlier copy of the line before says nothing of this one.
        if (of !== this.#before || Number(wanted) > this.#next) return wanted
      }
      const left = end - clock.monotonic()
      if (left <= 0) return undefined
      if (await this.#typist.heard(left)) end = Math.max(end, Math.min(last, clock.monotonic() + ms))
    }
  }

  #result(): string | undefined {
    for (const [, sum, printed = ''] of this.#framed(/^=(\d+)=([^\r\n]*)>/)) {
      if (Number(sum) === cksum(Buffer.from(printed, 'latin1'))) return printed
    }
    return undefined
  }

  /** What stands behind each of our tags, where it fits. */
  *#framed(shape: RegExp): Generator<RegExpExecArray> {
    for (const text of this.#heard.readings) {
      for (const part of text.split(`<${this.tag}`).slice(1)) {
        const found = shape.exec(part)
        if (found !== null) yield found
      }
    }
  }

  async #until(shape: RegExp, ms: number, typist = this.#typist): Promise<boolean> {
    const { clock } = typist.keyboard
    for (const end = clock.monotonic() + ms; this.#framed(shape).next().done === true; ) {
      const left = end - clock.monotonic()
      if (left <= 0) return false
      await typist.heard(left)
    }
    return true
  }

  async #type(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): Promise<void> {
    this.typed += bytes.length
    const { bytesPerSecond } = this.#typist.keyboard.rate
    await this.#typist.type(bytes, Math.min(most, bytesPerSecond / this.#slow))
    this.#slow = Math.max(1, this.#slow * 0.95)
  }

  #patience(attempt: number): number {
    const usual = this.#roundTrip === undefined ? wait.first : Math.max(wait.least, this.#roundTrip * 4)
    return Math.min(wait.most, usual * 2 ** (attempt - 1))
  }

  #measure(took: number): void {
    this.#roundTrip = this.#roundTrip === undefined ? took : this.#roundTrip * 0.8 + took * 0.2
  }
}

/** What a UART holds until its interrupt is served. */
const fifo = 16

/**
 * What is typed at the prompt, at most 200 characters with its Enter; every shell there is takes it as one word after `sh -c`, csh and fish
 * too, so it may have no quote and no exclamation mark in it. It is not interactive, and with its echo off nothing is shown. A read that
 * gets nothing for 25.5 s, the most a tty counts to, is the end of its input. `e`, when set, is run instead of the line. The blank before
 * it keeps it out of the history of most shells. In place of the login shell it has no modes to give back: getty(8) makes its own.
 */
export function starter(tag: string, replace: boolean): string {
  const modes = 'stty -icanon -echo min 0 time 255;k=0'
  const begin = replace ? modes : `s=\`stty -g\`;trap "stty $s;exit" 0 2;${modes}`
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  const check = 'case `printf %s "$k$t"|cksum` in "$c "*)k=$((k+1));eval "${e-$t}";esac'
  return ` ${replace ? 'exec ' : ''}sh -c '${begin};while echo "<${tag}:$k:$c>";read -r c t;do ${check};done'`
}
