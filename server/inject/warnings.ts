import type { Line, Server } from './authorized-keys/lines.ts'
import type { FileReport } from './program/report.ts'
import { outOfReach } from './reach.ts'
import { googleMark } from './rewriter.ts'

/** Where a key stands, or that a line of its own is added for it. */
interface Place {
  writes: boolean
  found: { path: string; line: Line } | undefined
}

/** With what is to be feared for each key that stands there, or will. */
export function withWarnings<T extends Place>(
  plans: readonly T[],
  { server, seen, path }: { server: Server; seen: readonly FileReport[]; path: string | undefined },
): (T & { warning?: string })[] {
  const fileAt = (path: string | undefined) => seen.find((file) => file.path === path)
  const target = fileAt(path)
  const end = target === undefined ? 0 : linesOf(target)
  const dangling = target?.found.some(({ number, text }) => number === end && text === googleMark) === true
  let last = end
  return plans.map((plan) => {
    if (plan.writes) last += 1
    const file = plan.writes ? target : fileAt(plan.found?.path)
    const number = plan.writes ? last : (plan.found?.line.number ?? 0)
    const reach = server === 'dropbear' && file ? outOfReach(file, number) : undefined
    const warning = dangling && plan.writes && number === end + 1 ? behindMark : reach
    return warning === undefined ? plan : { ...plan, warning }
  })
}

const behindMark = `the line before it is “${googleMark}”, with no key of Google's behind it any more: when Google's guest agent writes the file anew, it takes this key away. Take that line out, and push again`

/** Whether a mark of Google's guest agent is left without its key when these lines are taken out. */
export function leavesMark(lines: readonly number[], file: Pick<FileReport, 'found'> | undefined): boolean {
  const marks = file?.found.filter(({ text }) => text === googleMark) ?? []
  return marks.some(({ number }) => lines.includes(number + 1))
}

export const leftMark = `A line “${googleMark}” stands there without its key: when Google's guest agent writes the file anew, it takes the line behind that away. Take it out as well.`

/** wc counts line ends: the last line may have none. */
const linesOf = ({ lines, size, endsWithLineEnd }: FileReport): number =>
  lines + (size === 0 || endsWithLineEnd ? 0 : 1)
