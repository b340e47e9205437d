import { decodeBase64 } from '../../contract/public-key/base64.ts'
import { typeOf } from './key-text.ts'
import type { LineMeaning } from './meaning.ts'

/** MIN_AUTHKEYS_LINE and MAX_AUTHKEYS_LINE of Dropbear. */
const shortest = 10
const longest = 4200

/**
 * What Dropbear makes of one line: checkpubkey_line of svr-authpubkey.c, checked against the real one in test/contract/authorized-keys.
 * `line` is latin1 and has no line end; a CR ends lines there as well.
 */
export function dropbearMeaning(line: string): LineMeaning {
  if (/^[ \t]*(?:#|$)/.test(line)) return { kind: 'nothing' }
  if (line.length < shortest) return { kind: 'dead', why: 'Dropbear finds no key in it' }
  if (line.length >= longest) return { kind: 'dead', why: `Dropbear reads no line of ${longest} bytes` }
  if (line.includes('\0')) return { kind: 'dead', why: 'Dropbear reads no line with a NUL in it' }
  const bare = readKey(line)
  if (bare !== undefined) return { kind: 'key', ...bare, options: undefined }
  const start = /^[ \t]*/.exec(line)?.[0].length ?? 0
  const end = pastOptions(line, start)
  const key = readKey(line.slice(end + 1))
  if (key === undefined) return { kind: 'dead', why: 'Dropbear finds no key in it' }
  const options = line.slice(start, end)
  return knowsAll(options)
    ? { kind: 'key', ...key, options: { text: options, authority: false, expires: undefined } }
    : { kind: 'refused', ...key, options, why: 'it has an option that Dropbear does not know' }
}

/** `type base64` with one space between. Within base64, libtomcrypt passes over everything that is none. */
function readKey(text: string): { blob: Uint8Array; rest: string } | undefined {
  const [all, label = '', base64 = ''] = /^([^ ]+) ([^ ]+)(?: |$)/.exec(text) ?? []
  if (all === undefined) return undefined
  const blob = decodeBase64(base64.replace(/[^A-Za-z0-9+/]/g, ''))
  return blob && typeOf(blob) === label ? { blob, rest: text.slice(all.length) } : undefined
}

/** To the first blank outside of quotes. A backslash does not keep a quote from ending the quoted text here. */
function pastOptions(line: string, start: number): number {
  let quoted = false
  for (let at = start; at < line.length; at += 1) {
    const letter = line[at]
    if (letter === '"') quoted = !quoted
    else if (!quoted && (letter === ' ' || letter === '\t')) return at
  }
  return line.length
}

const flag =
  /^(?:no-port-forwarding|no-agent-forwarding|no-x11-forwarding|no-pty|restrict|no-touch-required|verify-required)/i
const permission = /^permitopen="(?:\[[^\]"]*\]|[^":[][^":]*):(?:\*|\+?[0-9]+)"/i
/** Since 2025; an older one refuses a line that has it. */
const listening = /^permitlisten="(?:[^":]*:)?[0-9]+"/i
const command = /^command="(?:\\.|[^"\\])*"/i

/** Whether svr_add_pubkey_options takes all of them; one that it does not know makes it refuse the line. */
function knowsAll(options: string): boolean {
  let rest = options
  let commands = 0
  while (rest !== '') {
    const known = flag.exec(rest) ?? permission.exec(rest) ?? listening.exec(rest) ?? command.exec(rest)
    if (known?.[0].toLowerCase().startsWith('command')) commands += 1
    rest = rest.slice(known?.[0].length ?? 0)
    if (commands > 1 || (rest !== '' && !rest.startsWith(','))) return false
    rest = rest.slice(1)
  }
  return true
}
