import { cksum } from '../../../server/operator/cksum.ts'
import type { FarEnd } from './far-end.ts'

export interface FarHostOptions {
  user: string
  password: string
  /** What a program prints. */
  run(program: string): string
  /** Monotonic time, ms. */
  now(): number
  /** What login(1) says instead of letting the user in; the login prompt follows. */
  refuses?: string
  /** Shows what is typed at the password prompt. */
  echoes?: boolean
  /** Where it stands at first. */
  at?: 'name' | 'shell'
  /** The line itself gives back what is typed into the quiet shell. */
  lineEchoes?: boolean
  /** The shell that it stands in at first is the machine's first process. */
  isFirst?: boolean
}

/** BusyBox ash cuts a line here. */
const lineLimit = 1023
/** As `stty time 255` has it. */
const idleMs = 25_500

/**
 * A machine behind a serial line: getty, login, a shell that shows what is typed, and the operator's quiet shell as its text says it would
 * be. The real one is in the integration tests; here time, noise and loss are the test's.
 */
export class FarHost {
  readonly #options: FarHostOptions
  #at: 'name' | 'password' | 'shell' | 'quiet'
  #line = ''
  #name = ''
  #quiet: Quiet | undefined
  #typedAt = 0
  /** Lines that were entered, by where. */
  readonly entered: { at: string; line: string }[] = []
  /** Programs that ran. */
  readonly ran: string[] = []

  constructor(options: FarHostOptions) {
    this.#options = options
    this.#at = options.at ?? 'name'
  }

  get at(): string {
    this.#look()
    return this.#at
  }

  readonly greeting = (): string => (this.#at === 'shell' ? 'root@lab:~# ' : 'lab login: ')

  readonly farEnd: FarEnd = (byte) => {
    this.#look()
    this.#typedAt = this.#options.now()
    if (byte === 3) return this.#interrupt()
    if (byte === 21) return this.#clear()
    if (byte !== 13) return this.#letter(byte)
    const line = this.#line
    this.#line = ''
    this.entered.push({ at: this.#at, line })
    return this.#enter(line)
  }

  /** A read that got nothing for so long is the end of the quiet shell. */
  #look(): void {
    if (this.#at === 'quiet' && this.#options.now() - this.#typedAt >= idleMs) this.#endQuiet()
  }

  #letter(byte: number): string {
    if (byte < 32) return ''
    const shown =
      this.#at === 'name' ||
      this.#at === 'shell' ||
      (this.#at === 'password' && this.#options.echoes) ||
      (this.#at === 'quiet' && this.#options.lineEchoes)
    if (this.#line.length < lineLimit) this.#line += String.fromCharCode(byte)
    return shown ? String.fromCharCode(byte) : ''
  }

  #clear(): string {
    const shown = this.#at === 'password' && !this.#options.echoes ? '' : '\b \b'.repeat(this.#line.length)
    this.#line = ''
    return shown
  }

  #interrupt(): string {
    this.#line = ''
    if (this.#at === 'quiet') return `${this.#quiet?.said(':e:') ?? ''}${this.#endQuiet()}`
    if (this.#at === 'shell') return '^C\r\nroot@lab:~# '
    this.#at = 'name'
    return '\r\nlab login: '
  }

  #endQuiet(): string {
    this.#at = this.#quiet?.replaces ? 'name' : 'shell'
    this.#line = ''
    this.#quiet = undefined
    return `\r\n${this.greeting()}`
  }

  #enter(line: string): string {
    switch (this.#at) {
      case 'name':
        return `\r\n${this.#takeName(line)}`
      case 'password':
        return `\r\n${this.#check(line)}`
      case 'shell':
        return `\r\n${this.#command(line)}`
      case 'quiet':
        return this.#take(line)
    }
  }

  #takeName(name: string): string {
    if (name === '') return 'lab login: '
    this.#name = name
    this.#at = 'password'
    return 'Password: '
  }

  #check(password: string): string {
    const { user, password: right, refuses } = this.#options
    this.#at = 'name'
    if (refuses !== undefined) return `${refuses}\r\nlab login: `
    if (this.#name !== user || password !== right) return 'Login incorrect\r\nlab login: '
    this.#at = 'shell'
    return 'Last login: Sat Nov 28 10:00:00 UTC 2026 on ttyS0\r\nroot@lab:~# '
  }

  #command(line: string): string {
    if (line.trim() === 'exit') {
      this.#at = 'name'
      return 'lab login: '
    }
    const starter = /^ (unset HISTFILE;exec )?sh -c '.*echo "<(\w{4}):\$k:\$c>".*done'$/.exec(line)
    if (starter === null) return line.trim() === '' ? 'root@lab:~# ' : 'sh: not found\r\nroot@lab:~# '
    this.#quiet = new Quiet({
      tag: starter[2] ?? '',
      replaces: starter[1] !== undefined,
      run: (text) => this.#run(text),
      parent: this.#options.isFirst ? '1' : '4711',
    })
    this.#at = 'quiet'
    return this.#quiet.said(':0:')
  }

  #take(line: string): string {
    const quiet = this.#quiet
    if (quiet === undefined) return ''
    const said = quiet.take(line)
    return quiet.ended ? said + this.#endQuiet() : said
  }

  #run(program: string): string {
    this.ran.push(program)
    return this.#options.run(program)
  }
}

interface QuietOptions {
  tag: string
  replaces: boolean
  run: (program: string) => string
  /** Process id of the shell that it was started in. */
  parent: string
}

/** What the lines typed into the quiet shell come to. */
class Quiet {
  readonly replaces: boolean
  readonly #tag: string
  readonly #run: (program: string) => string
  readonly #parent: string
  #next = 0
  #collects = false
  #program = ''
  #common = ''
  #output = ''
  #wanted = ''
  ended = false

  constructor({ tag, replaces, run, parent }: QuietOptions) {
    this.#tag = tag
    this.#parent = parent
    this.replaces = replaces
    this.#run = run
  }

  said(what: string): string {
    return `<${this.#tag}${what}>\r\n`
  }

  take(line: string): string {
    const [, sum = '', text = ''] = /^ *(\S*) *(.*?) *$/.exec(line) ?? []
    let printed = ''
    if (sum === sumOf(`${this.#next}${text}`)) {
      this.#next += 1
      printed = this.#do(text)
    }
    return this.ended ? printed : printed + this.said(`:${this.#next}:${sum}`)
  }

  #do(text: string): string {
    if (this.#collects && text.startsWith(':')) this.#program += text.slice(1, -1)
    else if (text.startsWith('_p()')) this.#collects = true
    else if (text.startsWith('o=$(id')) this.#output = 'root'
    else if (text === 'o=$(echo $PPID)') this.#output = this.#parent
    else if (text === '_r') return this.said(`=${sumOf(this.#output)}=${this.#output}`)
    else if (text === '_z') {
      this.ended = true
      return this.said(':e:')
    } else if (!text.includes('()'))
      return text
        .split(';')
        .map((one) => this.#command(one))
        .join('')
    return ''
  }

  #command(one: string): string {
    const [, lineEnd] = /^_q '(.)'$/.exec(one) ?? []
    const [, sum] = /^_x '(\d+) \d+'$/.exec(one) ?? []
    const [, wanted] = /^w='?(.*?)'?$/.exec(one) ?? []
    if (lineEnd !== undefined) this.#program = this.#program.replaceAll(lineEnd, '\n')
    else if (sum !== undefined) this.#work(sum)
    else if (wanted !== undefined) this.#wanted = wanted
    else if (one === 'P=') this.#program = ''
    else if (one.startsWith('K=')) this.#common = one === 'K=' ? '' : `${this.#program};`
    else if (one === '_s') return this.#frames()
    return ''
  }

  #work(sum: string): void {
    const whole = this.#common + this.#program
    this.#output = sum === sumOf(whole) ? `${this.#run(whole)}=0` : ''
    this.#program = ''
  }

  #frames(): string {
    let said = ''
    let number = 0
    const frame = (mark: string, text: string): void => {
      number += 1
      if (mark === '' && this.#wanted !== 'a' && !this.#wanted.includes(` ${number} `)) return
      const shown = text.replaceAll('\n', '\r\n')
      said += this.said(`=${number}${mark}=${sumOf(`${number}${mark}${text}`)}=${shown}`)
    }
    const text = `${this.#output}\n`
    for (let at = 0; at < text.length; at += 96) frame('', text.slice(at, at + 96))
    frame('.', '')
    return said
  }
}

function sumOf(text: string): string {
  return String(cksum(Buffer.from(text, 'latin1')))
}
