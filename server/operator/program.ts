import { cksum } from './cksum.ts'
import { Frames, mostBytes } from './frames.ts'
import { commandLength, type QuietShell } from './quiet-shell.ts'
import { Stopped } from './stopped.ts'
import type { Typist } from './typist.ts'

export interface ProgramRequest {
  /** A complete text for sh(1), printable ASCII and line ends. It runs in a subshell, with its standard input empty and LC_ALL=C. */
  text: string
  /** Whole commands that go before it: typed once for all programs one after another that have the same. */
  common?: string
  /** How long it may work, ms. */
  workMs: number
  /** Told how many characters of it have arrived. */
  progress?: (arrived: number) => void
}

export interface ProgramOutcome {
  /** Everything it printed, on standard output and standard error, byte by byte but for NUL. One line end at its end is left out. */
  output: Buffer
  status: number
}

/** Rounds in which damaged pieces of what it printed are asked for again. Each that brings something is followed by another. */
const barrenRounds = 8
/** A piece has a mark on either side of its text, so that no blank is at its ends. */
const pieceLength = commandLength - 2

/**
 * Types programs into a quiet shell, piece by piece, has the checksum of each compared on the device, runs it once and reads back what it
 * printed. Nothing of it runs before all of it is there as it was sent. Throws Stopped.
 */
export class Programs {
  readonly #shell: QuietShell
  readonly #typist: Typist
  /** What the variable K has there; undefined before it is set. */
  #common: string | undefined
  #canPrint = false

  constructor(shell: QuietShell, typist: Typist) {
    this.#shell = shell
    this.#typist = typist
  }

  async run({ text, common = '', workMs, progress }: ProgramRequest): Promise<ProgramOutcome> {
    const shell = this.#shell
    await this.#keep(common)
    const program = text.replace(/\n+$/, '')
    await typeText(shell, program, progress)
    const whole = common === '' ? program : `${common};${program}`
    const sum = `${cksum(Buffer.from(whole))} ${whole.length}`
    await shell.run(
      `o=;[ "$(printf %s "$K$P"|cksum)" = "${sum}" ]&&o=$( (eval "$K$P")</dev/null 2>&1;echo "=$?");P=`,
      { workMs },
    )
    if (!this.#canPrint) for (const line of printing) await shell.run(line)
    this.#canPrint = true
    return outcomeOf(await readBack(shell, this.#typist))
  }

  async #keep(common: string): Promise<void> {
    if (common === this.#common) return
    if (common !== '') await typeText(this.#shell, common)
    await this.#shell.run(common === '' ? 'K=' : 'K="$P;"')
    this.#common = common
  }
}

/** Into the variable P. */
async function typeText(
  shell: QuietShell,
  text: string,
  progress?: (arrived: number) => void,
): Promise<void> {
  const lineEnd = standIn(text)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  await shell.run('P=;_p(){ case $t in .)unset e;;*)t=${t#?};P=$P${t%?};esac;};e=_p')
  const typed = text.replaceAll('\n', lineEnd)
  for (let at = 0; at < typed.length; at += pieceLength) {
    await shell.run(`:${typed.slice(at, at + pieceLength)}:`)
    progress?.(Math.min(at + pieceLength, typed.length))
  }
  await shell.run('.')
  await shell.run(`P=$(IFS='${lineEnd}';set -f;for x in $P;do printf '%s\\n' "$x";done)`)
}

/** A character that stands for the line end while the program is typed. Shells keep `!` and the rest of them as they are within `read -r`. */
function standIn(program: string): string {
  if (!/^[\n\x20-\x7e]*$/.test(program)) throw new RangeError('A program for a console is printable ASCII.')
  const free = [...'~^@%`?;,:+=!{}'].find((letter) => !program.includes(letter))
  if (free === undefined)
    throw new RangeError('A program for a console has to leave one of ~^@%`?;,:+=!{} out.')
  return free
}

/** Device: `_f` cuts the next 96 bytes off the line `$l`, `_g` prints them with number and checksum if they are wanted, `_s` does all. */
const printing = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  '_f(){ x=`printf %.96s "$l"`;l=${l#"$x"};m=${l:+-};n=$((n+1));case $w in a|*" $n "*)_g;esac;}',
  '_g(){ set -- `printf %s "$n$m$x"|cksum`;printf \'%s\\n\' "<$T=$n$m=$1=$x>";}',
  '_l(){ while IFS= read -r l;do _f;while [ "$l" ];do _f;done;done;x=;m=.;n=$((n+1));_g;}',
  '_s(){ n=0;printf \'%s\\n\' "$o"|_l;}',
]

/** What stands in `$o`. */
async function readBack(shell: QuietShell, typist: Typist): Promise<Buffer> {
  const frames = new Frames(shell.tag)
  const unlisten = typist.keyboard.listen((bytes) => frames.take(bytes))
  try {
    let barren = 0
    for (let wanted = 'a'; ; wanted = ` ${frames.missing(20).join(' ')} `) {
      const before = frames.held
      await shell.run(`w='${wanted}';_s`, {
        printMs: (mostBytes / typist.keyboard.rate.bytesPerSecond) * 1000,
      })
      frames.read()
      const whole = frames.whole()
      if (whole !== undefined) return whole
      barren = frames.held > before ? 0 : barren + 1
      if (barren === barrenRounds) {
        throw new Stopped('failed', 'What the program printed arrives damaged each time.')
      }
    }
  } finally {
    unlisten()
  }
}

function outcomeOf(printed: Buffer): ProgramOutcome {
  const found = /\n?=(\d{1,3})$/.exec(printed.toString('latin1'))
  if (found === null) {
    throw new Stopped(
      'failed',
      'What arrived on the device is not the program that was sent. Nothing of it was run.',
    )
  }
  return { output: printed.subarray(0, found.index), status: Number(found[1]) }
}
