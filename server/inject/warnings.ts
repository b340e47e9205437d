import type { Server } from './authorized-keys/lines.ts'
import type { KeyPlan, Write } from './plan.ts'
import type { FileReport } from './program/report.ts'
import { outOfReach } from './reach.ts'

/** With what is to be feared for each key that stands there, or will. */
export function withWarnings(
  plans: readonly KeyPlan[],
  { server, seen, write }: { server: Server; seen: readonly FileReport[]; write: Write | undefined },
): KeyPlan[] {
  const fileAt = (path: string | undefined) => seen.find((file) => file.path === path)
  const target = fileAt(write?.path)
  let last = target === undefined ? 0 : linesOf(target)
  return plans.map((plan) => {
    if (plan.writes) last += 1
    const file = plan.writes ? target : fileAt(plan.found?.path)
    const number = plan.writes ? last : (plan.found?.line.number ?? 0)
    const warning = server === 'dropbear' && file ? outOfReach(file, number) : undefined
    return warning === undefined ? plan : { ...plan, warning }
  })
}

/** wc counts line ends: the last line may have none. */
const linesOf = ({ lines, size, endsWithLineEnd }: FileReport): number =>
  lines + (size === 0 || endsWithLineEnd ? 0 : 1)
