import { randomBytes } from 'node:crypto'
import { cksum } from './cksum.ts'
import { Stopped } from './stopped.ts'
import type { Typist } from './typist.ts'

/**
 * Longest line typed, with its Enter: BusyBox ash cuts one at 1,023, a tty in line mode at 4,095, and what is damaged has to be typed
 * again.
 */
const lineLength = 150
/** Checksum, number and spaces before the text of a line. */
const headLength = 17
/** Characters of one command. */
export const commandLength = lineLength - headLength

/** Answers to a line are waited for this long at first, then by what the line has shown to need. Times in ms. */
const wait = { first: 10_000, least: 1500, most: 30_000 }
const tries = 6

/**
 * A shell that reads commands from the console without showing, keeping or mistaking them. It is a child of whatever shell is there, so
 * that one's kind, history, prompt and options do not matter and are as they were when it has ended. Each line carries its checksum and
 * its number: a damaged one is not run but typed again, and none is run twice. Kernel messages may stand between any two bytes.
 */
export class QuietShell {
  readonly #typist: Typist
  /** In every answer, so that nothing else is taken for one. */
  readonly #tag = `ll${randomBytes(3).toString('hex')}`
  readonly #unlisten: () => void
  #heard = ''
  /** Number of the next line. */
  #next = 0
  /** Checksum of the line before. */
  #before = ''
  /** Smoothed time from Enter to answer, ms. */
  #roundTrip: number | undefined
  /** Lines that had to be typed again. */
  retyped = 0

  private constructor(typist: Typist) {
    this.#typist = typist
    this.#unlisten = typist.keyboard.listen((bytes) => {
      this.#heard = (this.#heard + Buffer.from(bytes).toString('latin1')).slice(-8192)
    })
  }

  /** Starts at a shell prompt, on which nothing is typed yet. Throws Stopped when no shell answers. */
  static async start(typist: Typist): Promise<QuietShell> {
    const shell = new QuietShell(typist)
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

  /** Runs a command of at most `commandLength` characters, once. Throws Stopped when it ended with `k=F`, or the shell is silent. */
  async run(command: string): Promise<void> {
    if (command.length > commandLength) throw new RangeError('A command is too long for one line.')
    const text = `${this.#next} ${command}`
    const sum = cksum(Buffer.from(text, 'latin1'))
    const line = Buffer.from(`${sum} ${text}\r`, 'latin1')
    await this.#typist.type(line)
    for (let attempt = 1; attempt <= tries; attempt++) {
      const asked = this.#typist.keyboard.clock.monotonic()
      const answer = await this.#answer(attempt)
      if (answer === undefined) {
        // Ends whatever there is of a line; an empty one is answered too, and tells which number is wanted.
        this.#heard = ''
        await this.#typist.type(Buffer.from('\r'))
        continue
      }
      if (answer === 'F') throw new Stopped('failed', 'The device could not do it.')
      if (Number(answer) > this.#next) {
        if (attempt === 1) this.#measure(this.#typist.keyboard.clock.monotonic() - asked)
        this.#next += 1
        this.#before = String(sum)
        return
      }
      this.retyped += 1
      await this.#typist.type(line)
    }
    throw new Stopped('failed', 'The device’s shell does not answer any more.')
  }

  /** What a command prints, without line ends at its end: one line. The command must be fit to be run within `$(...)`. */
  async ask(command: string): Promise<string> {
    await this.run(`o=$(${command})`)
    for (let attempt = 0; attempt < tries; attempt++) {
      this.#heard = ''
      await this.run('_r')
      const printed = this.#result()
      if (printed !== undefined) return printed
    }
    throw new Stopped('failed', 'The device’s answers arrive damaged each time.')
  }

  /** Ends the shell in order; answers whether it said so. */
  async end(): Promise<boolean> {
    this.#heard = ''
    const text = `${this.#next} _z`
    for (let attempt = 0; attempt < 3; attempt++) {
      await this.#typist.type(Buffer.from(`${cksum(Buffer.from(text))} ${text}\r`))
      if (await this.#until(`<${this.#tag}:e:>`, wait.least * 2)) return true
    }
    return false
  }

  /** Ctrl-C: it removes what it began and ends. Answers whether it said so. `typist` may be another, when this one has been stopped. */
  async interrupt(typist: Typist): Promise<boolean> {
    this.#heard = ''
    // Some shells heed a trap only when the line they read has ended.
    for (const key of ['\x03', '\r', '\x03']) {
      await typist.type(Buffer.from(key))
      if (await this.#until(`<${this.#tag}:e:>`, wait.least, typist)) return true
    }
    return false
  }

  /** Listens no more. */
  release(): void {
    this.#unlisten()
  }

  async #begin(): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt++) {
      // A space before it keeps it out of the history of most shells.
      await this.#typist.type(Buffer.from(` ${receiver(this.#tag)}\r`))
      if (await this.#until(`<${this.#tag}:0:>`, wait.first)) return this.#define()
      await this.#typist.type(Buffer.from('\x03'))
      await this.#typist.pause(500)
    }
    throw new Stopped(
      'failed',
      'No shell answered. Log in, and leave the console at the prompt of a Unix shell that has stty and cksum.',
    )
  }

  /** Names that are no aliases: ksh has `r`. */
  async #define(): Promise<void> {
    await this.run('_r(){ set -- `printf %s "$o"|cksum`;echo "<$T=$1=$o>";}')
    await this.run(`_z(){ \${f:+rm -f "$f"};stty $s;echo "<$T:e:>";exit;};trap _z 1 2 15`)
  }

  /** The number that the shell wants next, once it has answered this line, a damaged or an empty one; undefined when nothing comes. */
  async #answer(attempt: number): Promise<string | undefined> {
    const { clock } = this.#typist.keyboard
    const patience = Math.min(wait.most, this.#patience() * 2 ** (attempt - 1))
    for (const end = clock.monotonic() + patience; ; ) {
      for (const found of this.#heard.matchAll(new RegExp(`<${this.#tag}:(\\d+|F):([^>\\r\\n]*)>`, 'g'))) {
        const [whole, wanted = '', of = ''] = found
        this.#heard = this.#heard.replace(whole, '')
        // An answer to an earlier copy of the line before says nothing of this one.
        if (of !== this.#before) return wanted
      }
      const left = end - clock.monotonic()
      if (left <= 0) return undefined
      await this.#typist.heard(left)
    }
  }

  #result(): string | undefined {
    for (const [, sum, printed = ''] of this.#heard.matchAll(
      new RegExp(`<${this.#tag}=(\\d+)=([^\\r\\n]*)>`, 'g'),
    )) {
      if (Number(sum) === cksum(Buffer.from(printed, 'latin1'))) return printed
    }
    return undefined
  }

  async #until(text: string, ms: number, typist = this.#typist): Promise<boolean> {
    const { clock } = typist.keyboard
    for (const end = clock.monotonic() + ms; !this.#heard.includes(text); ) {
      const left = end - clock.monotonic()
      if (left <= 0) return false
      await typist.heard(left)
    }
    return true
  }

  #patience(): number {
    return this.#roundTrip === undefined ? wait.first : Math.max(wait.least, this.#roundTrip * 4)
  }

  #measure(took: number): void {
    this.#roundTrip = this.#roundTrip === undefined ? took : this.#roundTrip * 0.8 + took * 0.2
  }
}

/**
 * What is typed at the prompt; every shell there is takes it as one word after `sh -c`, csh and fish too, so it may have no quote and no
 * exclamation mark in it. It is not interactive: the tty stays in line mode, and with its echo off nothing is shown.
 */
function receiver(tag: string): string {
  const start = `T=${tag};k=0;s=\`stty -g\`;trap "stty $s;exit" 1 2 15;stty -echo;echo "<$T:$k:>"`
  const check = 'set -- `printf %s "$n $t"|cksum`;[ "$1 $n" = "$c $k" ]&&k=$((k+1))&&eval "$t"'
  return `sh -c '${start};while read -r c n t;do ${check};echo "<$T:$k:$c>";done;stty $s'`
}
