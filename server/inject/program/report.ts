import type { Line } from '../authorized-keys/lines.ts'
import { isSumOf } from './sum.ts'

/** What the program says of a device. Texts of the device have one character for each byte (latin1). */
export interface Report {
  /** Absent when the device has no such account, or was not asked to look. */
  account: { runsAs: number; uid: number; gid: number; home: string } | undefined
  accountMissing: boolean
  installed: string[]
  running: string[]
  openWrt: boolean
  /** Sshd's Ed25519 host key, `type base64`, if it is at the usual place. */
  hostKey: string | undefined
  /** Lines of `sshd -T` for the account; none where it could not be had. */
  sshd: string[]
  /** Lines of sshd_config, then of each file in sshd_config.d. */
  configs: string[][]
  files: FileReport[]
  outcome: Outcome
  /** Why sudo did not make the login root, in sudo's own words: nothing else was done then. Nothing where there is no sudo at all. */
  sudo?: { words: string | undefined }
}

export interface FileReport {
  kind: 'absent' | 'file' | 'folder' | 'special' | 'dangling'
  path: string
  /** Without links. */
  resolved: string
  readable: boolean
  /** As the device's own tool gives it. */
  sum: string
  size: number
  lines: number
  endsWithLineEnd: boolean
  /** Those in which one of the needles is. */
  found: Line[]
  attributes: string
  /** Of the resolved path and of every folder above it to the root. */
  modes: (Mode | undefined)[]
}

export interface Mode {
  /** As ls prints it: `-rw-------`. */
  text: string
  links: number
  uid: number
  gid: number
}

export type Outcome =
  | { kind: 'looked' }
  /** The file is not what it was when it was looked at; nothing was written. */
  | { kind: 'changed' }
  /** The device's words for why it could not. `taken` is how much of a write was cut off again; `torn`: a part of it stands there still. */
  | { kind: 'refused'; why: string; taken: number; torn: boolean }
  /** `before` and `ours` are the checksums of what stood there and of what was added, read back; a dash where that could not be had. */
  | { kind: 'written'; before: string; ours: string }

export type Reading = { ok: true; report: Report } | { ok: false; why: 'no-report' | 'damaged' }

/** Reads what the program printed, with whatever a login or a console put around it. */
export function readReport(text: string): Reading {
  const framed = /<([0-9a-f]{16})\n([\s\S]*?)\n?>\1 ([0-9a-f]+(?: [0-9-]*)?)\n/.exec(
    `${text.replaceAll('\r', '')}\n`,
  )
  if (framed === null) return { ok: false, why: 'no-report' }
  const [, , body = '', sum = ''] = framed
  if (!isSumOf(sum.trim(), Buffer.from(body))) return { ok: false, why: 'damaged' }
  const reader = new ReportReader()
  for (const line of body.split('\n')) reader.take(line)
  return reader.broken ? { ok: false, why: 'damaged' } : { ok: true, report: reader.report }
}

class ReportReader {
  readonly report: Report = {
    account: undefined,
    accountMissing: false,
    installed: [],
    running: [],
    openWrt: false,
    hostKey: undefined,
    sshd: [],
    configs: [],
    files: [],
    outcome: { kind: 'looked' },
  }
  broken = false
  #taken = 0
  #torn = false
  #before = ''

  take(line: string): void {
    const [word = '', ...rest] = line.split(' ')
    const known = this.#general(word, rest) || this.#ofFile(word, rest) || this.#ofOutcome(word, rest)
    if (!known) this.broken = true
  }

  #general(word: string, rest: string[]): boolean {
    const [first = '', second = '', third = '', fourth = ''] = rest
    const { report } = this
    if (word === 'account') {
      report.account = {
        runsAs: Number(first),
        uid: Number(second),
        gid: Number(third),
        home: pathOf(fourth),
      }
    } else if (word === 'no-account') report.accountMissing = true
    else if (word === 'installed') report.installed.push(first)
    else if (word === 'running') report.running.push(first)
    else if (word === 'openwrt') report.openWrt = true
    else if (word === 'host-key') report.hostKey = ed25519.test(first) ? `ssh-ed25519 ${first}` : undefined
    else if (word === 'sshd') report.sshd = linesOfHex(first)
    else if (word === 'config') report.configs.push(linesOfHex(first))
    else if (word === 'sudo') report.sudo = { words: first === 'refused' ? textOfHex(second) : undefined }
    else return word === ''
    return true
  }

  #ofFile(word: string, rest: string[]): boolean {
    const [first = '', second = '', third = '', fourth = ''] = rest
    if (word === 'file') {
      this.report.files.push({
        ...emptyFile,
        kind: kindOf(first),
        path: pathOf(second),
        resolved: pathOf(third === '' ? second : third),
        found: [],
        modes: [],
      })
      return true
    }
    const file = this.report.files.at(-1)
    if (file === undefined) return false
    if (word === 'sum') file.sum = rest.join(' ').trim()
    else if (word === 'count') {
      file.size = Number(first)
      file.lines = Number(second)
      file.endsWithLineEnd = third === '1'
    } else if (word === 'found') file.found = linesOfHex(first).flatMap(numbered)
    else if (word === 'unreadable') file.readable = false
    else if (word === 'attributes') file.attributes = first
    else if (word === 'mode') {
      file.modes.push(
        first === ''
          ? undefined
          : { text: first, links: Number(second), uid: Number(third), gid: Number(fourth) },
      )
    } else return false
    return true
  }

  #ofOutcome(word: string, rest: string[]): boolean {
    const { report } = this
    if (word === 'changed') report.outcome = { kind: 'changed' }
    else if (word === 'short') this.#taken = Number(rest[0])
    else if (word === 'torn') this.#torn = true
    else if (word === 'no') {
      const why = pathOf(rest[0] ?? '')
      report.outcome = { kind: 'refused', why, taken: this.#taken, torn: this.#torn }
    } else if (word === 'written') this.#before = rest.join(' ').trim()
    else if (word === 'ours') {
      report.outcome = { kind: 'written', before: this.#before, ours: rest.join(' ').trim() }
    } else return false
    return true
  }
}

/** Base64 of a blob of RFC 8709 section 4. */
const ed25519 = /^AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$/

const emptyFile = {
  readable: true,
  sum: '',
  size: 0,
  lines: 0,
  endsWithLineEnd: true,
  attributes: '',
}

function kindOf(word: string): FileReport['kind'] {
  return (['file', 'folder', 'special', 'dangling'] as const).find((kind) => kind === word) ?? 'absent'
}

const textOfHex = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')

/** A path is sent with a line end behind it. */
const pathOf = (hex: string) => textOfHex(hex).replace(/\n$/, '')

function linesOfHex(hex: string): string[] {
  const text = textOfHex(hex)
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

/** As grep -n prints it. */
function numbered(text: string): Line[] {
  const [all, number] = /^([0-9]+):/.exec(text) ?? []
  return all === undefined ? [] : [{ number: Number(number), text: text.slice(all.length) }]
}
