import { AppError } from '../base/errors.ts'
import type { Plan } from './plan.ts'
import type { Report } from './program/report.ts'
import { demandPlan, notWritten, type PushRequest, planOnDevice, type Wrote } from './push.ts'
import { type Cut, planRemoval, type RemovalPlan } from './removal.ts'
import { perform } from './runner.ts'
import { leavesMark, leftMark } from './warnings.ts'

export interface RemoveRequest extends Omit<PushRequest, 'keys' | 'whole'> {
  /** Fingerprints. */
  keys: readonly string[]
  withOptions: boolean
  /** Also when no key is left that lets anybody in. */
  allowLast: boolean
  dryRun: boolean
}

export interface Removed {
  /** As it was planned at first, and how many keys are left now. */
  removal: RemovalPlan
  plan: Plan
  /** Of the device as it was read last. */
  report: Report
  wrote: Wrote[]
  /** What is to be told besides. */
  warning: string
}

/** Each file takes one; more are for others who write at the same time. */
const looks = 6

/** Takes the lines of keys out of the files of an account, until a look finds none. Throws AppError when the device could not do it. */
export async function removeKeys(request: RemoveRequest): Promise<Removed> {
  const wrote: Wrote[] = []
  let first: RemovalPlan | undefined
  let warning = ''
  for (let look = 1; look <= looks; look += 1) {
    const { planning, report } = await planOnDevice({ ...request, keys: [], whole: true })
    const plan = demandPlan(planning)
    const removal = planRemoval({ ...request, report, files: plan.files })
    first ??= removal
    const [cut] = removal.cuts
    const file = report.files.find(({ path }) => path === cut?.path)
    if (cut !== undefined && leavesMark(cut.lines, file)) warning = leftMark
    if (cut === undefined || request.dryRun) {
      return { removal: { ...removal, keys: first.keys }, plan, report, wrote, warning }
    }
    if (removal.leaves === 0 && !request.allowLast) throw new AppError('push-failed', nobodyLeft)
    wrote.push(...(await cutOut(request, cut, report)))
  }
  throw new AppError('push-failed', writtenAllTheTime)
}

/** Nothing when somebody else has written meanwhile. */
export async function cutOut(
  { runner, account }: Pick<PushRequest, 'runner' | 'account'>,
  cut: Cut,
  report: Report,
): Promise<Wrote[]> {
  const { path, sum, lines, left } = cut
  const { runsAs = 0, uid = 0 } = report.account ?? {}
  const become = runsAs === 0 && uid !== 0 ? account : undefined
  const { outcome, files } = await perform(runner, {
    verb: 'remove',
    account,
    needles: [],
    become,
    path,
    sum,
    lines,
    left,
  })
  if (outcome.kind === 'refused') throw new AppError('push-failed', notWritten(cut, outcome))
  if (outcome.kind !== 'written') return []
  const sumAfter = files.find((file) => file.path === path)?.sum ?? ''
  return [
    { path, before: cut.before, after: left, sumBefore: sum, sumAfter, tightened: [], meanwhile: false },
  ]
}

const nobodyLeft =
  'Without these keys nobody can log in to this account with a key. Nothing was taken out. If that is what you want, say so.'
export const writtenAllTheTime =
  'Another program writes to the same file all the time, or puts the keys back. Read the keys to see what is there, and find out which.'
