import { AppError } from '../base/errors.ts'
import { sameBytes } from '../contract/public-key/wire.ts'
import { standingOf, tailOf } from './authorized-keys/standing.ts'
import { deviceText } from './device-text.ts'
import { type KeyPlan, type Plan, type Planning, type PushKey, planPush, type Write } from './plan.ts'
import type { FileReport, Report } from './program/report.ts'
import { stoodAsWritten } from './read-back.ts'
import { markWords } from './rewriter.ts'
import { perform, type Runner } from './runner.ts'
import { ignored } from './why-not.ts'

export interface PushRequest {
  runner: Runner
  account: string
  keys: readonly PushKey[]
  /** Fingerprints of those that somebody wants let in without the restrictions they stand with. */
  widen?: readonly string[]
  /** Milliseconds, for an `expiry-time`. */
  now: number
  /** Have every line with a key reported, not only those with one of `keys`. */
  whole?: boolean
}

export type PushOutcome =
  /** Nothing was written. */
  | { kind: 'refused'; why: string }
  /** The report is of the device as it was looked at, with the file as it was read back. */
  | { kind: 'done'; plan: Plan; keys: KeyResult[]; report: Report; wrote: Wrote | undefined }

export interface KeyResult extends Omit<KeyPlan, 'verdict'> {
  result: 'added' | 'widened' | Exclude<KeyPlan['verdict'], 'add' | 'widen'>
}

export interface Wrote {
  path: string
  before: number
  after: number
  /** Checksums, as the device's own tool gives them; nothing where there was no file. */
  sumBefore: string | undefined
  sumAfter: string
  /** Modes that were taken from group and others. */
  tightened: string[]
  /** Another program wrote there at the same time. */
  meanwhile: boolean
}

/** Somebody else writes at the same time: not for long. */
const attempts = 4

/** Looks and plans, and writes nothing: what a push would do. */
export async function planOnDevice(request: PushRequest): Promise<{ planning: Planning; report: Report }> {
  const { runner, account } = request
  const look = { verb: 'look' as const, account, needles: needlesOf(request) }
  const report = await perform(runner, look)
  const planning = planPush({ ...request, report })
  if (planning.kind !== 'look-again') return { planning, report }
  const { files } = await perform(runner, { ...look, paths: planning.paths })
  const whole = { ...report, files }
  return { planning: planPush({ ...request, report: whole }), report: whole }
}

/** @throws AppError when there is no plan. */
export function demandPlan(planning: Planning): Plan {
  if (planning.kind === 'plan') return planning.plan
  throw new AppError('push-failed', planning.kind === 'refused' ? planning.why : moved)
}

/** Puts keys on a device: looks, plans, appends, reads back. Twice is once. Throws AppError when the device could not do it. */
export async function pushKeys(request: PushRequest): Promise<PushOutcome> {
  let soFar: Attempt | undefined
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { planning, report } = await planOnDevice(request)
    if (planning.kind === 'refused') return planning
    if (planning.kind === 'look-again') throw new AppError('push-failed', moved)
    const { plan } = planning
    const { write } = plan
    if (write === undefined) return done({ plan, report }, soFar)
    const after = await perform(request.runner, appendOf(request, write))
    const { outcome } = after
    if (outcome.kind === 'refused') return { kind: 'refused', why: notWritten(write, outcome) }
    if (outcome.kind !== 'written') continue
    soFar = attempted({ plan, write, report, after }, soFar)
    if (!stoodAsWritten(write, outcome)) soFar.wrote.meanwhile = true
    if (!allStand(request, { plan, after })) continue
    await demandTightened(request, soFar.wrote)
    return done(soFar, soFar)
  }
  throw new AppError('push-failed', soFar === undefined ? alwaysWritten : alwaysReplaced)
}

/** What was written so far, as it was read back. */
interface Attempt {
  plan: Plan
  report: Report
  wrote: Wrote
  /** Keys for which a line was written. */
  written: KeyPlan[]
}

function appendOf(request: PushRequest, { path, sum, data, tighten, become }: Write) {
  const { account } = request
  return { verb: 'append' as const, account, needles: needlesOf(request), path, sum, data, tighten, become }
}

/** Every key's base64 begins so: the first length of RFC 4251 section 5 is less than 2^8. */
const anyKey = 'AAAA'

function needlesOf({ keys, whole }: PushRequest): string[] {
  const tails = keys.map(({ blob }) => tailOf(blob))
  return [...tails, ...markWords, ...(whole === true ? [anyKey] : [])]
}

function attempted(
  { plan, write, report, after }: { plan: Plan; write: Write; report: Report; after: Report },
  before: Attempt | undefined,
): Attempt {
  const { path, tighten } = write
  const old = report.files.find((file) => file.path === path)
  const file = after.files.find((file) => file.path === path)
  const files = report.files.map((held) => (held.path === path ? (file ?? held) : held))
  const first = { before: old?.size ?? 0, sumBefore: write.sum, tightened: tighten, meanwhile: false }
  return {
    plan,
    report: { ...report, files },
    wrote: { ...first, ...before?.wrote, path, after: file?.size ?? 0, sumAfter: file?.sum ?? '' },
    written: [...(before?.written ?? []), ...plan.keys.filter(({ writes }) => writes)],
  }
}

/** Not every login may change the modes for which the server ignores a file. */
async function demandTightened(request: PushRequest, { tightened }: Wrote): Promise<void> {
  if (tightened.length === 0) return
  const { planning } = await planOnDevice(request)
  const [path] = demandPlan(planning).write?.tighten ?? []
  if (path === undefined) return
  const words = ignored({ path, why: 'writable', ours: true }, request.account)
  throw new AppError('push-failed', `The keys are there, but this login may not change that mode: ${words}`)
}

/** Success is what was read back, not what was written. */
function allStand({ now }: PushRequest, { plan, after }: { plan: Plan; after: Report }): boolean {
  const file = after.files.find(({ path }) => path === plan.write?.path)
  return plan.keys.every(({ key, writes }) => !writes || stands(key, file, plan, now))
}

/** A key that an attempt of ours has put there was added, though the last look found it. */
function done({ plan, report }: Pick<Attempt, 'plan' | 'report'>, soFar: Attempt | undefined): PushOutcome {
  const ours = ({ key }: KeyPlan) => soFar?.written.find((other) => sameBytes(other.key.blob, key.blob))
  const keys = plan.keys.map((plan) => (plan.verdict === 'present' ? (ours(plan) ?? plan) : plan))
  const file = report.files.find(({ path }) => path === soFar?.wrote.path)
  const wrote = soFar && { ...soFar.wrote, ...(file && { after: file.size, sumAfter: file.sum }) }
  return { kind: 'done', plan: { ...plan, keys }, keys: keys.map(resultOf), report, wrote }
}

function stands({ blob }: PushKey, file: FileReport | undefined, { files }: Plan, now: number): boolean {
  const lines = file?.found ?? []
  return standingOf({ blob, lines, server: files.server, now }).kind === 'plain'
}

const resultOf = ({ verdict, ...plan }: KeyPlan): KeyResult => ({
  ...plan,
  result: verdict === 'add' ? 'added' : verdict === 'widen' ? 'widened' : verdict,
})

/** The device's own words are quoted, without what is not printable. */
export function notWritten(
  { path }: Pick<Write, 'path'>,
  { why, taken, torn }: Omit<Extract<Report['outcome'], { kind: 'refused' }>, 'kind'>,
): string {
  const words = deviceText(why)
  const cut = taken > 0 ? `, and took only ${taken} bytes of it, which were cut off again` : ''
  const rest = torn ? tornWords : ''
  return `The device did not write to ${path}${cut}. The keys that were there are as they were. ${rest}It says: ${words || 'nothing (is the disk full?)'}`
}

const tornWords =
  'It took only a part, which could not be cut off again, because another program wrote behind it or a tool is missing: look at the end of the file. '
const moved =
  'The device names other files of keys each time it is asked. Is its configuration being changed right now?'
const alwaysWritten =
  'Another program writes to the same file all the time. Nothing was written; try again later.'
const alwaysReplaced =
  'The keys were written, and are not in the file when it is read back: another program writes it anew each time. Find out which, and put the keys where it takes them from.'
