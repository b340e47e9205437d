import { encodeBase64 } from '../contract/public-key/base64.ts'
import { sameBytes } from '../contract/public-key/wire.ts'
import { type LineStanding, type Standing, standingOf } from './authorized-keys/standing.ts'
import { type KeyFiles, keyFiles } from './key-files.ts'
import type { FileReport, Report } from './program/report.ts'
import { type SshdSettings, sshdSettings } from './sshd-settings.ts'
import { offences } from './strict-modes.ts'
import { whyNotThere } from './why-not.ts'

/** A key to put on a device, as the portal has it: proved well formed. */
export interface PushKey {
  type: string
  blob: Uint8Array
  comment: string
}

/** What is to become of a key. Only `add` writes; a key that stands there with restrictions is never made free. */
export interface KeyPlan {
  key: PushKey
  verdict: 'add' | 'present' | 'restricted' | 'ineffective' | 'is-ca'
  /** The line that decided, where the key stands somewhere. */
  found: (LineStanding & { path: string }) | undefined
}

export interface Plan {
  keys: KeyPlan[]
  files: KeyFiles
  settings: SshdSettings
  /** The one write, or nothing when there is nothing to add. */
  write: Write | undefined
}

export interface Write {
  path: string
  /** The file's checksum as it was reported; undefined where there is no file yet. */
  sum: string | undefined
  data: Uint8Array
  /** Paths of ours that others may write, for which sshd would ignore the file. */
  tighten: string[]
  /** The account that root must become for it. */
  become: string | undefined
}

export type Planning =
  | { kind: 'plan'; plan: Plan }
  /** The report is of other files than the server reads: look at these. */
  | { kind: 'look-again'; paths: string[] }
  | { kind: 'refused'; why: string }

export interface PlanRequest {
  report: Report
  account: string
  keys: readonly PushKey[]
  /** Milliseconds, for an `expiry-time`. */
  now: number
}

/** Decides what a push would do to a device. Pure: the same for both ways there, and for a dry run. */
export function planPush({ report, account, keys, now }: PlanRequest): Planning {
  const settings = sshdSettings(report, account)
  if (report.account === undefined) return refused(`The device has no account ${account}.`)
  const owner = { name: account, ...report.account }
  const files = keyFiles(report, settings, owner)
  const reports = files.places.map(({ path }) => report.files.find((file) => file.path === path))
  if (reports.includes(undefined)) return { kind: 'look-again', paths: files.places.map(({ path }) => path) }
  const seen = reports.flatMap((file) => file ?? [])
  const plans = distinct(keys).map((key) => planKey(key, seen, files, now))
  const adding = plans.filter(({ verdict }) => verdict === 'add').map(({ key }) => key)
  if (adding.length === 0) return { kind: 'plan', plan: { keys: plans, files, settings, write: undefined } }
  const target = seen.find((file) => files.places.some(({ path, shared }) => path === file.path && !shared))
  if (target === undefined) {
    return refused(
      'The server reads keys of this account only from places that all accounts share, or from none.',
    )
  }
  // Dropbear has no setting for it: it always looks.
  const offending = files.server === 'dropbear' || settings.strictModes ? offences(target, owner) : []
  const why = whyNotThere(target, owner, offending)
  if (why !== undefined) return refused(why)
  const write: Write = {
    path: target.path,
    sum: target.kind === 'file' ? target.sum : undefined,
    data: linesToAdd(adding, target),
    tighten: offending.map(({ path }) => path),
    become: owner.runsAs === 0 && owner.uid !== 0 ? account : undefined,
  }
  return { kind: 'plan', plan: { keys: plans, files, settings, write } }
}

const refused = (why: string): Planning => ({ kind: 'refused', why })

/** In the order of the selection, each key once, whatever its comments. */
function distinct(keys: readonly PushKey[]): PushKey[] {
  return keys.filter((key, index) => keys.findIndex(({ blob }) => sameBytes(blob, key.blob)) === index)
}

function planKey(key: PushKey, seen: readonly FileReport[], { server }: KeyFiles, now: number): KeyPlan {
  const standings = seen.map(({ path, found }) => ({
    path,
    standing: standingOf({ blob: key.blob, lines: found, server, now }),
  }))
  for (const kind of deciding) {
    for (const { path, standing } of standings) {
      if (standing.kind === kind) return { key, verdict: verdicts[kind], found: { ...standing, path } }
    }
  }
  return { key, verdict: 'add', found: undefined }
}

const verdicts: Record<LineStanding['kind'], KeyPlan['verdict']> = {
  plain: 'present',
  restricted: 'restricted',
  'is-ca': 'is-ca',
  ineffective: 'ineffective',
  'commented-out': 'add',
  'dead-copy': 'add',
}
const deciding: readonly Exclude<Standing['kind'], 'absent'>[] = [
  'plain',
  'restricted',
  'is-ca',
  'ineffective',
  'commented-out',
  'dead-copy',
]

/** `type base64 comment`, LF also where the file has CRLF, and one LF before where the last byte is none. */
function linesToAdd(keys: readonly PushKey[], { kind, size, endsWithLineEnd }: FileReport): Uint8Array {
  const lines = keys.map((key) => `${keyLine(key)}\n`).join('')
  return Buffer.from(kind === 'file' && size > 0 && !endsWithLineEnd ? `\n${lines}` : lines)
}

function keyLine({ type, blob, comment }: PushKey): string {
  const text = comment.trim()
  return text === '' || endsLines.test(text)
    ? `${type} ${encodeBase64(blob)}`
    : `${type} ${encodeBase64(blob)} ${text}`
}

/** The portal lets in no such comment; one of these would be a line of its own to some program. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const endsLines = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/
