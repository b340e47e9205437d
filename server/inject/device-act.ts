import { AppError } from '../base/errors.ts'
import type { PushDeviceResult } from '../contract/pushes.ts'
import type { Line } from './authorized-keys/lines.ts'
import { standingOf } from './authorized-keys/standing.ts'
import { deviceText } from './device-text.ts'
import { additions, removals } from './dry-run.ts'
import { freeKeys } from './free-keys.ts'
import type { KeyPlan, Plan, PushKey } from './plan.ts'
import type { Report } from './program/report.ts'
import { demandPlan, planOnDevice, pushKeys, type Wrote } from './push.ts'
import { type ActedKey, addedKey, removedKey } from './push-result.ts'
import { removeKeys } from './remove.ts'
import type { Runner } from './runner.ts'

/** What is to be done with the keys of an account on one device. */
export type DeviceAct = { account: string; dryRun: boolean } /** `widen`: fingerprints. */ & (
  | { act: 'add'; keys: readonly PushKey[]; widen: readonly string[] }
  | { act: 'read' }
  /** `keys` are fingerprints. */
  | { act: 'remove'; keys: readonly string[]; withOptions: boolean; allowLast: boolean }
)

export interface Acted {
  plan: Plan
  /** Of the device as it was read last. */
  report: Report
  keys: ActedKey[]
  wrote: Wrote | undefined
  /** Of a dry run. */
  changes: PushDeviceResult['changes']
  /** Every line with a key was read. */
  whole: boolean
  /** What else is to be said. */
  note: string
}

interface Circumstances {
  now: number
  /** Have every line with a key read, where it is not needed: slow on a console. */
  whole: boolean
}

/** Does it, and reads back. Rejects with AppError when the device could not do it. */
export function actOnDevice(runner: Runner, act: DeviceAct, at: Circumstances): Promise<Acted> {
  if (act.act === 'remove') return remove(runner, act, at)
  return act.act === 'add' && !act.dryRun ? add(runner, act, at) : look(runner, act, at)
}

async function look(
  runner: Runner,
  act: Exclude<DeviceAct, { act: 'remove' }>,
  { now, whole: asked }: Circumstances,
): Promise<Acted> {
  const whole = asked || act.act === 'read'
  const { keys, widen } = act.act === 'read' ? { keys: [], widen: [] } : act
  const { account } = act
  const { planning, report } = await planOnDevice({ runner, account, keys, widen, now, whole })
  const plan = demandPlan(planning)
  return {
    plan,
    report,
    keys: plan.keys.map((key) => addedKey(key, 'would-add')),
    wrote: undefined,
    changes: act.act === 'add' ? additions(plan, report) : [],
    whole,
    note: '',
  }
}

async function add(
  runner: Runner,
  { account, keys, widen }: Extract<DeviceAct, { act: 'add' }>,
  { now, whole }: Circumstances,
): Promise<Acted> {
  const request = { runner, account, now, whole }
  const outcome = await pushKeys({ ...request, keys, widen })
  if (outcome.kind === 'refused') throw new AppError('push-failed', outcome.why)
  const { plan, wrote } = outcome
  const held = outcome.keys.filter(({ result }) => result === 'widened').map(({ key }) => key)
  // Only now: their plain lines stand.
  const freed = held.length > 0 ? await freeKeys({ ...request, keys: held }) : undefined
  const [cut] = freed?.wrote ?? []
  const report = freed?.report ?? outcome.report
  return {
    plan,
    report,
    keys: plan.keys.map((key) => addedKey(key, 'added', newLineOf(key, { plan, wrote, report, now }))),
    wrote: wroteBoth(wrote, freed?.wrote ?? []),
    changes: [],
    whole,
    note: [wrote && tightened(wrote), wrote && meanwhile(wrote), cut && taken(cut)].filter(Boolean).join(' '),
  }
}

/** Where a line was written, that line; of several such the last, which is ours. */
function newLineOf(
  { key, writes }: KeyPlan,
  { plan, wrote, report, now }: NewLineRequest,
): number | undefined {
  if (!writes) return undefined
  const file = report.files.find(({ path }) => path === wrote?.path)
  const { server } = plan.files
  const plain = (line: Line) => standingOf({ blob: key.blob, lines: [line], server, now }).kind === 'plain'
  return file?.found.findLast(plain)?.number
}

type NewLineRequest = Pick<Acted, 'plan' | 'wrote' | 'report'> & Pick<Circumstances, 'now'>

/** Lines were added, and then others taken out of the same file: it is one change to who reads of it. */
function wroteBoth(added: Wrote | undefined, cuts: readonly Wrote[]): Wrote | undefined {
  const last = cuts.findLast(({ path }) => path === added?.path)
  if (added === undefined || last === undefined) return added ?? cuts[0]
  return { ...added, after: last.after, sumAfter: last.sumAfter }
}

function meanwhile({ path, meanwhile: somebody }: Wrote): string {
  if (!somebody) return ''
  return `Another program wrote to ${deviceText(path)} at the same moment. The keys stand in it, as it was read back.`
}

const taken = ({ path }: Wrote) => `Lines with options were taken out of ${deviceText(path)}.`

async function remove(
  runner: Runner,
  act: Extract<DeviceAct, { act: 'remove' }>,
  { now }: Circumstances,
): Promise<Acted> {
  const { removal, wrote, warning, ...removed } = await removeKeys({ ...act, runner, now })
  const keys = removal.keys.map((key) => removedKey(key, act.dryRun))
  const left =
    removal.leaves === 1 ? 'One other key still lets in.' : `${removal.leaves} other keys still let in.`
  const [first, ...others] = wrote
  const also = others.map(({ path }) => `${deviceText(path)} was written too.`)
  return {
    ...removed,
    keys,
    wrote: first,
    changes: act.dryRun ? removals(removal.cuts, removed.report) : [],
    whole: true,
    note: [left, ...also, warning].filter(Boolean).join(' '),
  }
}

function tightened({ tightened: paths }: Wrote): string {
  if (paths.length === 0) return ''
  return `Group and others may not write to ${paths.map((path) => deviceText(path)).join(' and ')} any more: sshd would have ignored the keys.`
}
