import { AppError } from '../base/errors.ts'
import { sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import type { PushKey } from './plan.ts'
import type { Report } from './program/report.ts'
import { demandPlan, type PushRequest, planOnDevice, type Wrote } from './push.ts'
import { planCuts } from './removal.ts'
import { cutOut, writtenAllTheTime } from './remove.ts'
import { heldBack, isInFront } from './widening.ts'

export interface FreeRequest extends Omit<PushRequest, 'keys' | 'widen'> {
  /** A plain line was added for each. */
  keys: readonly PushKey[]
}

/** Takes out what holds keys back from their plain lines, until a look finds nothing. Throws AppError when the device could not do it. */
export async function freeKeys(request: FreeRequest): Promise<{ report: Report; wrote: Wrote[] }> {
  const wrote: Wrote[] = []
  const keys = request.keys.map(({ blob }) => sha256Fingerprint(blob))
  for (let look = 1; look <= looks; look += 1) {
    const { planning, report } = await planOnDevice(request)
    const plan = demandPlan(planning)
    const { files } = plan
    const [cut] = planCuts({ report, files, keys }, holdsBack).cuts
    if (cut === undefined) {
      if (heldBack({ report, files, keys }).length > 0) throw new AppError('push-failed', stillHeld)
      return { report, wrote }
    }
    wrote.push(...(await cutOut(request, cut, report)))
  }
  throw new AppError('push-failed', writtenAllTheTime)
}

/** And there is a plain line, so that nobody is locked out. */
const holdsBack: Parameters<typeof planCuts>[1] = (standing, all) =>
  isInFront(standing, all) &&
  all.some(({ sha256, letsIn, options }) => sha256 === standing.sha256 && letsIn && options === undefined)

const stillHeld =
  'A plain line was added, and a line with options still goes before it: another program wrote at the same time, or it cannot be told from the line of another key. Read the keys to see what is there.'

/** Each file takes one; more are for others who write at the same time. */
const looks = 6
