import { encodeBase64 } from '../contract/public-key/base64.ts'
import { sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import { sameBytes } from '../contract/public-key/wire.ts'
import { type LineStanding, type Standing, standingOf } from './authorized-keys/standing.ts'
import { type Account, type KeyFiles, keyFiles, nowhere } from './key-files.ts'
import type { FileReport, Report } from './program/report.ts'
import type { Standing as KeyLine } from './removal.ts'
import { type SshdSettings, sshdSettings } from './sshd-settings.ts'
import { offences } from './strict-modes.ts'
import { withWarnings } from './warnings.ts'
import { whyNotThere } from './why-not.ts'
import { heldBack } from './widening.ts'

/** A key to put on a device, as the portal has it: proved well formed. */
export interface PushKey {
  type: string
  blob: Uint8Array
  comment: string
}

/** What is to become of a key. One that stands there with restrictions is never made free, unless somebody has confirmed that: `widen`. */
export interface KeyPlan {
  key: PushKey
  verdict: 'add' | 'widen' | 'present' | 'restricted' | 'ineffective' | 'is-ca'
  /** A line is added for it. */
  writes: boolean
  /** The line that decided, where the key stands somewhere. */
  found: (LineStanding & { path: string }) | undefined
  /** What else is to be told of it. */
  note?: string
  /** Why it may let nobody in, or not for long. */
  warning?: string
}

export interface Plan {
  keys: KeyPlan[]
  files: KeyFiles
  settings: SshdSettings
  /** The one write, or nothing when there is nothing to add, and the server does not ignore the file. */
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
  /** Fingerprints of those that are to be let in without the restrictions they stand with. */
  widen?: readonly string[]
  /** Milliseconds, for an `expiry-time`. */
  now: number
}

/** Decides what a push would do to a device. Pure: the same for both ways there, and for a dry run. */
export function planPush({ report, account, keys, widen = [], now }: PlanRequest): Planning {
  const settings = sshdSettings(report, account)
  if (report.account === undefined) return refused(`The device has no account ${account}.`)
  const owner = { name: account, ...report.account }
  const files = keyFiles(report, settings, owner)
  const reports = files.places.map(({ path }) => report.files.find((file) => file.path === path))
  if (reports.includes(undefined)) return { kind: 'look-again', paths: files.places.map(({ path }) => path) }
  const seen = reports.flatMap((file) => file ?? [])
  const held = heldBack({ report, files, keys: widen })
  const plans = distinct(keys).map((key) => {
    const plan = planKey(key, seen, files, now)
    return widen.includes(sha256Fingerprint(key.blob)) ? widened(plan, held) : plan
  })
  const writing = planWrite({
    plans,
    files,
    seen,
    owner,
    strict: files.server === 'dropbear' || settings.strictModes,
  })
  if (writing.why !== undefined) return refused(writing.why)
  const { write } = writing
  const warned = withWarnings(plans, { server: files.server, seen, path: write?.path })
  return { kind: 'plan', plan: { keys: warned, files, settings, write } }
}

interface Writing {
  plans: readonly KeyPlan[]
  files: KeyFiles
  seen: readonly FileReport[]
  owner: Account & { runsAs: number }
  /** Whether the server looks at owners and modes. Dropbear has no setting for it: it always does. */
  strict: boolean
}

/** What is written, if anything; or why it cannot be. */
function planWrite(writing: Writing): { write?: Write; why?: string } {
  const { plans, files, seen, owner } = writing
  const adding = plans.filter(({ writes }) => writes).map(({ key }) => key)
  const own = (file: FileReport) => files.places.some(({ path, shared }) => path === file.path && !shared)
  const target = adding.length > 0 ? seen.find(own) : undefined
  if (target === undefined && adding.length > 0) return { why: nowhere(files) }
  const offendingIn = (file: FileReport) => (writing.strict ? offences(file, owner) : [])
  const hidden = seen.filter((file) => holdsPresent(file, plans) && offendingIn(file).length > 0)
  const touched = [...new Set(target === undefined ? hidden : [target, ...hidden])]
  const [first] = touched
  if (first === undefined) return {}
  for (const file of touched) {
    const why = whyNotThere(file, { ...owner, owns: own(file) }, offendingIn(file))
    if (why !== undefined) return { why }
  }
  const write = {
    path: first.path,
    sum: first.kind === 'file' ? first.sum : undefined,
    data: linesToAdd(adding, first),
    tighten: [...new Set(touched.flatMap(offendingIn).map(({ path }) => path))],
    become: owner.runsAs === 0 && owner.uid !== 0 ? owner.name : undefined,
  }
  return { write }
}

/** A key that is there lets nobody in when the server ignores the file. */
const holdsPresent = ({ path }: FileReport, plans: readonly KeyPlan[]) =>
  plans.some(({ verdict, found }) => verdict === 'present' && found?.path === path)

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
      const verdict = verdicts[kind]
      if (standing.kind === kind) {
        return { key, verdict, writes: verdict === 'add', found: { ...standing, path } }
      }
    }
  }
  return { key, verdict: 'add', writes: true, found: undefined }
}

/** What is planned for a key that is to be let in without the restrictions it stands with, as somebody has confirmed. */
function widened(plan: KeyPlan, held: readonly KeyLine[]): KeyPlan {
  const sha256 = sha256Fingerprint(plan.key.blob)
  const mine = held.filter((standing) => standing.sha256 === sha256)
  const [first] = mine
  const shared = mine.find((standing) => standing.shared)
  if (shared !== undefined) return { ...plan, verdict: 'restricted', writes: false, note: widening.shared }
  if (plan.verdict === 'add') return plan
  if (plan.verdict !== 'present') {
    return { ...plan, verdict: 'widen', writes: true, note: first ? widening.replaced : widening.beside }
  }
  // Somebody began it and did not come to the end.
  return first ? { ...plan, verdict: 'widen', note: widening.replaced } : plan
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
  if (keys.length === 0) return new Uint8Array()
  const lines = keys.map((key) => `${keyLine(key)}\n`).join('')
  return Buffer.from(kind === 'file' && size > 0 && !endsWithLineEnd ? `\n${lines}` : lines)
}

function keyLine({ type, blob, comment }: PushKey): string {
  const bare = `${type} ${encodeBase64(blob)}`
  const line = `${bare} ${comment.trim()}`
  return comment.trim() === '' || endsLines.test(comment.trim()) || Buffer.byteLength(line) > longestLine
    ? bare
    : line
}

/** Dropbear passes over a longer one. No key has so many bytes without its comment. */
const longestLine = 3000

const widening = {
  beside: 'a plain line stands behind it, for where that one refuses',
  replaced: 'a plain line takes the place of the one with options, which would go first',
  shared: 'it stands in a file of all accounts, which goes first and is not changed for one of them',
}

/** The portal lets in no such comment; one of these would be a line of its own to some program. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const endsLines = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/
