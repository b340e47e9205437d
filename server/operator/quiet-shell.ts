import { cksum } from './cksum.ts'
import { EchoWatch } from './echo.ts'
import { QuietLines, type Work, wait } from './quiet-lines.ts'
import { starter } from './quiet-starter.ts'
import { Stopped } from './stopped.ts'
import { blindRate, patience, type Typist } from './typist.ts'

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
  readonly #lines: QuietLines

  private constructor(typist: Typist, replace: boolean) {
    this.#typist = typist
    this.#replace = replace
    this.#lines = new QuietLines(typist)
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
    return this.#lines.roundTrip
  }

  /** In everything that it says. */
  get tag(): string {
    return this.#lines.tag
  }

  /** Lines that had to be typed again. */
  get retyped(): number {
    return this.#lines.retyped
  }

  /** Throws Stopped where the line gives back what is typed, as it would a secret. Known once something was asked. */
  demandUnseen(): void {
    if (this.#lines.shown) throw new Stopped('failed', shownWords)
  }

  /** Bytes typed. */
  get typed(): number {
    return this.#lines.typed
  }

  /**
   * Runs a command of at most `commandLength` characters, once, with no blank at its ends. Throws Stopped when it ended with `k=F`, or the
   * shell is silent.
   */
  run(command: string, work: Work = {}): Promise<void> {
    return this.#lines.enter(command, work)
  }

  /** The same for a command that is done at once: the next may be given before it is. */
  send(command: string): Promise<void> {
    return this.#lines.enter(command, { ahead: 1 })
  }

  /** What a command prints, without line ends at its end: one line. The command must be fit to be run within `$(...)`. */
  async ask(command: string): Promise<string> {
    await this.run(`o=$(${command})`)
    for (let attempt = 0; attempt < asks; attempt++) {
      await this.run('_r')
      const printed = this.#result()
      if (printed !== undefined) return printed
    }
    throw new Stopped('failed', 'The device’s answers arrive damaged each time.')
  }

  /** Ends the shell in order; answers whether it said so. */
  async end(): Promise<boolean> {
    await this.#lines.settle()
    this.#lines.forget()
    for (let attempt = 0; attempt < 3; attempt++) {
      await this.#lines.type(this.#lines.lineOf('_z'))
      if (await this.#lines.until(/^:e:/, wait.least * 2)) return true
    }
    return false
  }

  /** Ctrl-C: it removes what it began and ends. Answers whether it said so. `typist` may be another, when this one has been stopped. */
  async interrupt(typist: Typist): Promise<boolean> {
    this.#lines.forget()
    // Some shells heed a trap only when the line they read has ended.
    for (const key of ['\x03', '\r', '\x03']) {
      await typist.type(Buffer.from(key))
      if (await this.#lines.until(/^:e:/, wait.least, typist)) return true
    }
    return false
  }

  /** Listens no more. */
  release(): void {
    this.#lines.release()
  }

  async #begin(): Promise<void> {
    const line = Buffer.from(starter(this.tag, this.#replace))
    for (let attempt = 0; attempt < 3; attempt++) {
      const watch = new EchoWatch()
      const silentMs = patience.firstMs
      const { echo, typed } = await this.#typist.typeWatched(line, { watch, window: fifo, silentMs })
      this.#lines.typed += typed
      // Where nothing is shown at all, it is typed slowly instead.
      if (echo === 'silent') await this.#lines.type(line.subarray(typed), blindRate)
      // A line that did not come back as it was typed must not be run.
      if (echo !== 'damaged') await this.#lines.type(Buffer.from('\r'))
      if (echo !== 'damaged' && (await this.#lines.until(/^:0:/, wait.first))) return this.#define()
      await this.#lines.type(Buffer.from('\x03'))
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
    await this.send(`T=${this.tag};${end};trap _z 0 1 2 15;LC_ALL=C;export LC_ALL`)
    await this.send('_r(){ set -- `printf %s "$o"|cksum`;printf \'%s\\n\' "<$T=$1=$o>";}')
  }

  #result(): string | undefined {
    for (const [, sum, printed = ''] of this.#lines.framed(/^=(\d+)=([^\r\n]*)>/)) {
      if (Number(sum) === cksum(Buffer.from(printed, 'latin1'))) return printed
    }
    return undefined
  }
}

/** What a UART holds until its interrupt is served. */
const fifo = 16
const asks = 8
const shownWords =
  'The console shows what is typed into a shell that was told not to show it, so no password belongs there. See whether a terminal server or the BMC echoes.'
