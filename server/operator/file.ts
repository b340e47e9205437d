import { createHash } from 'node:crypto'
import { cksum } from './cksum.ts'
import { encodings, type FileEncoding, printfText } from './file-encoding.ts'
import { commandLength } from './quiet-lines.ts'
import { QuietShell } from './quiet-shell.ts'
import { asStopped, Stopped } from './stopped.ts'
import type { Typist } from './typist.ts'

export interface FileRequest {
  content: Uint8Array
  /** Absolute, without control characters. */
  path: string
  /** Octal digits. */
  mode: string
  overwrite: boolean
}

export interface FileProgress {
  done: number
  message: string
}

export interface FileOutcome {
  state: 'done' | 'failed' | 'cancelled'
  done: number
  message: string
}

/**
 * Types a file into a shell that waits at its prompt. It grows under another name beside its place, is compared by checksum, and moved
 * there in one step; whatever ends it before, the file that was there is untouched. `cleaner` types when `typist` has been stopped.
 */
export async function sendFile(
  request: FileRequest,
  { typist, cleaner }: { typist: Typist; cleaner: Typist },
  report: (progress: FileProgress) => void,
): Promise<FileOutcome> {
  const sending = new Sending(request, typist, report)
  try {
    return await sending.send()
  } catch (error) {
    return await sending.giveUp(asStopped(error), cleaner)
  }
}

class Sending {
  readonly #request: FileRequest
  readonly #typist: Typist
  readonly #report: (progress: FileProgress) => void
  #shell: QuietShell | undefined
  /** The name under which it grows, once it is made. */
  #temporary = ''
  #done = 0

  constructor(request: FileRequest, typist: Typist, report: (progress: FileProgress) => void) {
    this.#request = request
    this.#typist = typist
    this.#report = report
  }

  async send(): Promise<FileOutcome> {
    this.#tell('Looking for a shell on the console.')
    const shell = await QuietShell.start(this.#typist)
    this.#shell = shell
    await this.#name(shell)
    await this.#refuse(shell)
    const encoding = await chooseEncoding(shell)
    await this.#make(shell)
    await this.#type(shell, encoding)
    const proof = await this.#compare(shell)
    await this.#moveIntoPlace(shell)
    this.#temporary = ''
    await shell.run('f=')
    const ended = await shell.end()
    shell.release()
    const { path, content, mode } = this.#request
    const retyped = shell.retyped > 0 ? ` ${shell.retyped} damaged pieces were typed again.` : ''
    const left = ended ? '' : ' The receiving shell did not say goodbye: press Ctrl-C on the console.'
    return {
      state: 'done',
      done: content.length,
      message: `${path} is there: ${content.length} bytes, mode ${mode}, ${proof}.${retyped}${left}`,
    }
  }

  /** Whatever happened: nothing unfinished stays, and the terminal is as it was. */
  async giveUp(why: Stopped, cleaner: Typist): Promise<FileOutcome> {
    const shell = this.#shell
    const end = (more: string): FileOutcome => ({
      state: why.kind,
      done: this.#done,
      message: `${why.message}${more}`,
    })
    if (shell === undefined) return end('')
    try {
      if (await shell.interrupt(cleaner)) return end(' Nothing of it was left on the device.')
    } catch (error) {
      asStopped(error)
    } finally {
      shell.release()
    }
    const rest = this.#temporary === '' ? '' : `, and remove ${this.#temporary} if it is there`
    return end(` The receiving shell may still wait on the console without echo: press Ctrl-C there${rest}.`)
  }

  /** `p` is the path, `d` its folder. */
  async #name(shell: QuietShell): Promise<void> {
    const text = [...Buffer.from(this.#request.path)].map(printfText)
    await shell.run('p=')
    for (let at = 0; at < text.length; at += 24) {
      await shell.run(`p=$p$(printf '${text.slice(at, at + 24).join('')}')||k=F`)
    }
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    await shell.run('d=${p%/*};d=${d:-/}')
  }

  async #refuse(shell: QuietShell): Promise<void> {
    const found = await shell.ask(
      '[ -d "$d" ]||printf D;[ -w "$d" ]||printf W;[ -d "$p" ]&&printf P;[ -e "$p" ]||[ -h "$p" ]&&printf E',
    )
    const { path, overwrite } = this.#request
    const folder = path.slice(0, path.lastIndexOf('/')) || '/'
    if (found.includes('D')) throw new Stopped('failed', `There is no folder ${folder} on the device.`)
    if (found.includes('P'))
      throw new Stopped('failed', `${path} is a folder on the device. Name a file in it.`)
    if (found.includes('E') && !overwrite) {
      throw new Stopped(
        'failed',
        `${path} exists on the device, and was left as it is. Choose to replace it, or another name.`,
      )
    }
    if (found.includes('W'))
      throw new Stopped('failed', `The user logged in on the console may not write into ${folder}.`)
  }

  async #make(shell: QuietShell): Promise<void> {
    await shell.run('f=$(umask 77;mktemp "$d/.lifeline.XXXXXX" 2>/dev/null)||f=')
    // Only a file that it makes itself: in a folder like /tmp anybody may have put one, or a link, under a name that can be guessed.
    await shell.run('[ -n "$f" ]||{ f="$d/.lifeline.$$";(umask 77;set -C;:>"$f")2>/dev/null||f=;}')
    const made = await shell.ask('printf %s "$f"')
    if (made === '') {
      throw new Stopped('failed', 'No file can be made there: is the file system full or read-only?')
    }
    // People are told to remove it: the device has no say in what they remove.
    const name = /\/(\.lifeline\.\w{1,20})$/.exec(made)?.[1]
    if (name === undefined)
      throw new Stopped('failed', 'The device names its new file in a way that cannot be.')
    this.#temporary = `${this.#request.path.slice(0, this.#request.path.lastIndexOf('/'))}/${name}`
  }

  async #type(shell: QuietShell, encoding: FileEncoding): Promise<void> {
    const { content } = this.#request
    await shell.run(encoding.define)
    const pieces = [...encoding.pieces(content, commandLength - 3)]
    this.#tell(estimate(pieces.length, shell))
    for (const { argument, end } of pieces) {
      try {
        await shell.run(`_a ${argument}`)
      } catch (error) {
        throw this.#whyNotWritten(asStopped(error))
      }
      this.#done = end
      this.#tell(`${end} of ${content.length} bytes have arrived.`)
    }
  }

  #whyNotWritten(why: Stopped): Stopped {
    if (!why.message.startsWith('The device could not')) return why
    return new Stopped('failed', 'The device could not write any more: is the file system full?')
  }

  /** Answers what proves it. */
  async #compare(shell: QuietShell): Promise<string> {
    const { content } = this.#request
    this.#tell('Comparing checksums.')
    const sum = await shell.ask('cksum<"$f"')
    if (sum.split(' ').slice(0, 2).join(' ') !== `${cksum(content)} ${content.length}`) {
      throw new Stopped('failed', 'What arrived on the device is not the file that was sent.')
    }
    const strong = await shell.ask('{ sha256sum<"$f"||openssl dgst -sha256<"$f";} 2>/dev/null')
    const found = /[0-9a-f]{64}/.exec(strong)?.[0]
    if (found === undefined) return 'proved by its CRC, since the device knows no SHA-256'
    if (found !== createHash('sha256').update(content).digest('hex')) {
      throw new Stopped('failed', 'What arrived on the device is not the file that was sent.')
    }
    return 'SHA-256 compared on the device'
  }

  async #moveIntoPlace(shell: QuietShell): Promise<void> {
    const { mode, overwrite, path } = this.#request
    await shell.run(`chmod ${mode} "$f"`)
    // A link is made only if the name is free; where there are no links, the name is looked at just before.
    const move = overwrite ? 'mv -f "$f" "$p"' : '{ ln "$f" "$p"&&rm -f "$f";}||[ -e "$p" ]||mv "$f" "$p"'
    await shell.run(`(${move}) 2>/dev/null`)
    const found = await shell.ask('[ -e "$f" ]&&printf F;[ -f "$p" ]&&printf P')
    if (found === 'P') return
    throw new Stopped('failed', `The file arrived, but could not be moved to ${path}.`)
  }

  #tell(message: string): void {
    this.#report({ done: this.#done, message })
  }
}

async function chooseEncoding(shell: QuietShell): Promise<FileEncoding> {
  for (const { proof, encoding } of encodings) {
    if ((await shell.ask(proof)) === 'LL') return encoding
  }
  throw new Stopped(
    'failed',
    'The device has neither base64, openssl, uudecode nor printf to make a file with.',
  )
}

function estimate(pieces: number, shell: QuietShell): string {
  const seconds = Math.ceil((pieces * (shell.roundTrip ?? 0)) / 1000)
  return `It will take about ${seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`}, in ${pieces} pieces.`
}
