import { cksum } from './cksum.ts'
import { Frames, mostBytes } from './frames.ts'
import { commandLength } from './quiet-lines.ts'
import type { QuietShell } from './quiet-shell.ts'
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
  /** What the variable K has there; undefined before anything is. */
  #common: string | undefined

  constructor(shell: QuietShell, typist: Typist) {
    this.#shell = shell
    this.#typist = typist
  }

  async run({ text, common = '', workMs, progress }: ProgramRequest): Promise<ProgramOutcome> {
    const shell = this.#shell
    if (this.#common === undefined) for (const line of tools) await shell.send(line)
    await this.#keep(common)
    const program = text.replace(/\n+$/, '')
    const lineEnd = await typeText(shell, program, progress)
    const whole = common === '' ? program : `${common};${program}`
    const run = `_q '${lineEnd}';_x '${cksum(Buffer.from(whole))} ${whole.length}'`
    return outcomeOf(await readBack(shell, this.#typist, { run, workMs }))
  }

  async #keep(common: string): Promise<void> {
    if (common === (this.#common ?? '')) this.#common = common
    if (common === this.#common) return
    if (common === '') await this.#shell.send('K=')
    else await this.#shell.send(`_q '${await typeText(this.#shell, common)}';K="$P;";P=`)
    this.#common = common
  }
}

/** Into the variable P. Answers the character that stands there for a line end. */
async function typeText(
  shell: QuietShell,
  text: string,
  progress?: (arrived: number) => void,
): Promise<string> {
  const lineEnd = standIn(text)
  const typed = text.replaceAll('\n', lineEnd)
  for (let at = 0; at < typed.length; at += pieceLength) {
    await shell.send(`:${typed.slice(at, at + pieceLength)}:`)
    progress?.(at)
  }
  return lineEnd
}

/** A character that stands for the line end while the program is typed. Shells keep `!` and the rest of them as they are within `read -r`. */
function standIn(program: string): string {
  if (!/^[\n\x20-\x7e]*$/.test(program)) throw new RangeError('A program for a console is printable ASCII.')
  const free = [...'~^@%`?;,:+=!{}'].find((letter) => !program.includes(letter))
  if (free === undefined)
    throw new RangeError('A program for a console has to leave one of ~^@%`?;,:+=!{} out.')
  return free
}

/**
 * Device: from here on a line that begins with a colon is a piece, which goes to the end of `P`. `_q` puts the line ends into it, `_x` runs
 * it, if its checksum is right, and keeps what it prints in `o`. `_s` prints that in frames: `_f` cuts the next 96 bytes off `l`, `_g`
 * prints them with number and checksum if they are wanted.
 */
const tools = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  '_p(){ case $t in :*)t=${t#?};P=$P${t%?};;*)eval "$t";esac;};P=;K=;e=_p',
  `_q(){ P=$(IFS=$1;set -f;for x in $P;do printf '%s\\n' "$x";done);}`,
  '_x(){ o=;[ "$(printf %s "$K$P"|cksum)" = "$1" ]&&o=$( (eval "$K$P")</dev/null 2>&1;echo "=$?");P=;}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  '_f(){ x=`printf %.96s. "$l"`;x=${x%.};l=${l#"$x"};n=$((n+1));case $w in a|*" $n "*)_g;esac;}',
  '_g(){ set -- `printf %s "$n$m$x"|cksum`;printf \'%s\\n\' "<$T=$n$m=$1=$x>";}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  '_l(){ l=;while IFS= read -r x;do l=$l$x$N;while [ ${#l} -gt 95 ];do _f;done;done;while [ "$l" ];do _f;done;x=;m=.;n=$((n+1));_g;}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  "N=`printf '\\nx'`;N=${N%x};_s(){ n=0;m=;printf '%s\\n' \"$o\"|_l;}",
]

/** What stands in `$o` after `run`. */
async function readBack(
  shell: QuietShell,
  typist: Typist,
  { run, workMs }: { run: string; workMs: number },
): Promise<Buffer> {
  const frames = new Frames(shell.tag)
  const unlisten = typist.keyboard.listen((bytes) => frames.take(bytes))
  const printMs = (mostBytes / typist.keyboard.rate.bytesPerSecond) * 1000
  try {
    await shell.run(`${run};w=a;_s`, { workMs, printMs })
    for (let barren = 0; barren < barrenRounds; ) {
      const before = frames.held
      frames.read()
      const whole = frames.whole()
      if (whole !== undefined) return whole
      barren = frames.held > before ? 0 : barren + 1
      await shell.run(`w=' ${frames.missing(20).join(' ')} ';_s`, { printMs })
    }
    throw new Stopped('failed', 'What the program printed arrives damaged each time.')
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
