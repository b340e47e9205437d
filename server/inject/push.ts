import { AppError } from '../base/errors.ts'
import { standingOf, tailOf } from './authorized-keys/standing.ts'
import { deviceText } from './device-text.ts'
import { type KeyPlan, type Plan, type Planning, type PushKey, planPush, type Write } from './plan.ts'
import type { FileReport, Report } from './program/report.ts'
import { perform, type Runner } from './runner.ts'

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
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { planning, report } = await planOnDevice(request)
    if (planning.kind === 'refused') return planning
    if (planning.kind === 'look-again') throw new AppError('push-failed', moved)
    const { plan } = planning
    const { write } = plan
    if (write === undefined)
      return { kind: 'done', plan, keys: plan.keys.map(resultOf), report, wrote: undefined }
    const after = await perform(request.runner, appendOf(request, write))
    if (after.outcome.kind === 'refused') return { kind: 'refused', why: notWritten(write, after.outcome) }
    if (after.outcome.kind === 'written') return checked(request, { plan, write, report, after })
  }
  throw new AppError(
    'push-failed',
    'Another program writes to the same file all the time. Nothing was written; try again later.',
  )
}

function appendOf(request: PushRequest, { path, sum, data, tighten, become }: Write) {
  const { account } = request
  return { verb: 'append' as const, account, needles: needlesOf(request), path, sum, data, tighten, become }
}

/** Every key's base64 begins so: the first length of RFC 4251 section 5 is less than 2^8. */
const anyKey = 'AAAA'

function needlesOf({ keys, whole }: PushRequest): string[] {
  const tails = keys.map(({ blob }) => tailOf(blob))
  return whole === true ? [...tails, anyKey] : tails
}

/** Success is what was read back, not what was written. */
function checked(
  { now }: PushRequest,
  done: { plan: Plan; write: Write; report: Report; after: Report },
): PushOutcome {
  const { plan, write, report, after } = done
  const file = after.files.find(({ path }) => path === write.path)
  const missing = plan.keys.filter(({ key, writes }) => writes && !stands(key, file, plan, now))
  if (file === undefined || missing.length > 0) throw new AppError('push-failed', notThere)
  const before = report.files.find(({ path }) => path === write.path)?.size ?? 0
  const sums = { sumBefore: write.sum, sumAfter: file.sum }
  const wrote = { path: write.path, before, after: file.size, ...sums, tightened: write.tighten }
  const files = report.files.map((before) => (before.path === file.path ? file : before))
  return { kind: 'done', plan, keys: plan.keys.map(resultOf), report: { ...report, files }, wrote }
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
const notThere =
  'The keys were written, but are not in the file that was read back: another program replaced it at the same moment. Push again, and find out which.'
