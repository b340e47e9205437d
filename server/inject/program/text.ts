import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { printfLines } from './printf.ts'

export type ProgramRequest = {
  account: string
  /** Ends of keys' base64: lines with one of them are reported. */
  needles: readonly string[]
  /** Root works as this account, so that no link which the account planted leads root elsewhere. */
  become?: string | undefined
} & Act

type Act =
  /** Without paths, at the usual places. */
  | { verb: 'look'; paths?: readonly string[] }
  /** `sum` is the file's checksum as it was reported, undefined where there was no file; `tighten` loses write for group and others. */
  | {
      verb: 'append'
      path: string
      sum: string | undefined
      data: Uint8Array
      tighten: readonly string[]
    }
  /** Takes out whole lines, counted from 1, so that `left` bytes remain. */
  | { verb: 'remove'; path: string; sum: string; lines: readonly number[]; left: number }

/**
 * The program that runs on a device, as one POSIX sh text: ASCII, no tab, no line over 150 characters, so that it can be typed as well
 * as piped. It needs no input and prints one report, which `readReport` reads.
 */
export function programText(request: ProgramRequest): string {
  const { common, text } = programOf(request)
  return common === '' ? text : `${common}\n${text}`
}

export interface Program {
  /** What other programs begin with too; empty where it has to stand within `text`. */
  common: string
  text: string
}

/** The same in two parts, for a way that need not carry the first one twice. */
export function programOf(request: ProgramRequest): Program {
  const common = [part('common'), ...needles(request)].join('\n')
  const own = [...settings(request), ...lists(request), part(request.verb), part('frame')].join('\n')
  if (request.become === undefined) return { common, text: `${own}\n` }
  const end = endMark()
  const text = `su -s /bin/sh ${word(request.become)} <<'${end}'\n${common}\n${own}\n${end}\n`
  return { common: '', text }
}

/** The same run by root, which the login becomes by sudo, without a password; a report says so where it may not. */
export function underSudo({ common, text }: Program): Program {
  const end = endMark()
  const mark = `m=${randomBytes(8).toString('hex')}`
  const lines = [mark, part('sudo'), `else sudo -n /bin/sh <<'${end}'`, common, `${text}${end}`, 'fi']
  return { common: '', text: `${lines.filter((line) => line !== '').join('\n')}\n` }
}

const endMark = () => `E${randomBytes(8).toString('hex')}`

function settings(request: ProgramRequest): string[] {
  const mark = randomBytes(8).toString('hex')
  return [`m=${mark} u=${word(request.account)}`, ...act(request)]
}

function act(request: ProgramRequest): string[] {
  switch (request.verb) {
    case 'look':
      return []
    case 'append':
      return [
        ...path('F', request.path),
        `s='${sumWord(request.sum ?? '')}' n=${request.data.length}`,
        ...printfLines('d', request.data),
      ]
    case 'remove':
      return [
        ...path('F', request.path),
        `s='${sumWord(request.sum)}' n=${request.left}`,
        ...numbers(request.lines),
      ]
  }
}

/** Functions of the shell that give it lists, a line for each member. */
const needles = (request: ProgramRequest): string[] =>
  list(
    'needles',
    request.needles.map((needle) => `echo '${base64Word(needle)}'`),
  )

function lists(request: ProgramRequest): string[] {
  return [
    ...(request.verb === 'look' ? list('paths', looks(request.paths)) : []),
    ...(request.verb === 'append'
      ? list(
          'tighten',
          request.tighten.flatMap((at) => [...path('x', at), 'chmod go-w "$x"']),
        )
      : []),
  ]
}

function looks(paths: readonly string[] | undefined): string[] {
  if (paths !== undefined) return paths.flatMap((at) => [...path('x', at), 'file "$x"'])
  return [
    'file "$o/.ssh/authorized_keys"',
    'file "$o/.ssh/authorized_keys2"',
    '[ -d /etc/dropbear ] && file /etc/dropbear/authorized_keys',
  ]
}

const list = (name: string, body: string[]) => [`${name}() {`, ...body, ':', '}']

/** Sets a variable to a path, whatever characters it has. */
function path(name: string, value: string): string[] {
  return [...printfLines(name, Buffer.from(value, 'latin1')), `${name}=$(printf %b "$${name}")`]
}

function numbers(lines: readonly number[]): string[] {
  return ['l=', ...lines.map((line) => `l="$l ${line}"`)]
}

/** Only what is surely one word of the shell and nothing else gets into the text as it is. */
function only(form: RegExp, what: string): (value: string) => string {
  return (value) => {
    if (!form.test(value)) throw new Error(`This is no ${what}.`)
    return value
  }
}

/** useradd(8), and what systemd allows besides. A dollar may end the names of machines; no device of ours logs those in. */
const word = only(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, 'name of an account')
const sumWord = only(/^(?:[0-9a-f]+ ?[0-9-]*)?$/, 'checksum')
const base64Word = only(/^[A-Za-z0-9+/]{1,64}$/, 'end of a key')

/** The sources without comments and indentation, which only people need. */
function part(name: string): string {
  const source = readFileSync(new URL(`${name}.sh`, import.meta.url), 'utf8')
  return source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n')
}
