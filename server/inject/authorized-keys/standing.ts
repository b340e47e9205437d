import { encodeBase64 } from '../../contract/public-key/base64.ts'
import { sameBytes } from '../../contract/public-key/wire.ts'
import { type Line, readingsOf, type Server } from './lines.ts'
import type { LineMeaning } from './meaning.ts'

/** How a key stands in one line, best first: what stands further up decides. */
const order = ['plain', 'restricted', 'is-ca', 'ineffective', 'commented-out', 'dead-copy'] as const

export interface LineStanding {
  kind: (typeof order)[number]
  line: Line
  /** The options as they stand there, where there are any. */
  options?: string
  /** Why the line counts for nothing, in words that follow "because". */
  why?: string
}

export type Standing = LineStanding | { kind: 'absent' }

export interface StandingRequest {
  blob: Uint8Array
  lines: readonly Line[]
  server: Server
  /** The time at which an `expiry-time` is judged, in ms. */
  now: number
}

/** How a key stands in the lines of an account: the one line that decides, or that there is none. */
export function standingOf(request: StandingRequest): Standing {
  const found = request.lines.flatMap((line) => standingsIn(line, request))
  found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  return found[0] ?? { kind: 'absent' }
}

/** Whether a line lets a key in or was meant to: what removal takes out. */
export function names(line: Line, blob: Uint8Array, server: Server): boolean {
  return readingsOf(line.text, server).some(
    ({ meaning }) => 'blob' in meaning && sameBytes(meaning.blob, blob),
  )
}

function standingsIn(line: Line, { blob, server, now }: StandingRequest): LineStanding[] {
  if (!line.text.includes(tailOf(blob)) && !bare(line.text).includes(tailOf(blob))) return []
  return readingsOf(line.text, server).flatMap(({ text, meaning }) => {
    const standing = judge(meaning, blob, now) ?? traceOf(meaning, text, blob)
    return standing === undefined ? [] : [{ ...standing, line }]
  })
}

type Judgement = Omit<LineStanding, 'line'>

function judge(meaning: LineMeaning, blob: Uint8Array, now: number): Judgement | undefined {
  if (!('blob' in meaning) || !sameBytes(meaning.blob, blob)) return undefined
  if (meaning.kind === 'refused') return { kind: 'ineffective', options: meaning.options, why: meaning.why }
  const { options } = meaning
  if (options === undefined) return { kind: 'plain' }
  if (options.authority) return { kind: 'is-ca', options: options.text }
  if (options.expires !== undefined && options.expires + widestZone < now) {
    return { kind: 'ineffective', options: options.text, why: 'its expiry-time has passed' }
  }
  return { kind: 'restricted', options: options.text }
}

/** A time without a zone is the device's own: 14 hours is the furthest that one is from UTC. */
const widestZone = 14 * 3_600_000

/** What a line is that holds the key's text, though no server finds this key in it. */
function traceOf(meaning: LineMeaning, text: string, blob: Uint8Array): Judgement | undefined {
  const at = bare(text).indexOf(tailOf(blob))
  if (at < 0) return undefined
  if (meaning.kind === 'nothing') {
    if (/^[ \t]*#/.test(text)) return { kind: 'commented-out' }
    return { kind: 'dead-copy', why: 'it stands behind a NUL or a line end of another kind' }
  }
  if (meaning.kind !== 'dead') return { kind: 'dead-copy', why: 'it stands within the line of another key' }
  if (wasRestricted(text))
    return { kind: 'ineffective', options: text.slice(0, shownOptions), why: meaning.why }
  return { kind: 'dead-copy', why: meaning.why }
}

/** Where the options end is not to be told in a line whose quotes do not match. */
const shownOptions = 60

/** Somebody began the line with options: whatever they got wrong, they did not mean this key to be free. */
function wasRestricted(text: string): boolean {
  const first = /^[^!-~]*([^ \t]*)/.exec(text)?.[1] ?? ''
  return first.includes('"') || first.includes('=') || optionNames.test(first)
}

const optionNames =
  /^,?(?:restrict|cert-authority|(?:no-)?(?:port-forwarding|agent-forwarding|x11-forwarding|touch-required|verify-required|pty|user-rc))(?:,|$)/i

/** The end of a key's base64, without padding: what tells it from every other key, and what the device is asked for. */
export function tailOf(blob: Uint8Array): string {
  return encodeBase64(blob).replace(/=+$/, '').slice(-40)
}

/** sshd takes these within base64 for nothing. */
function bare(text: string): string {
  return text.replace(/[\v\f\r]/g, '')
}
