import { sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import type { PushDeviceResult } from '../contract/pushes.ts'
import { deviceText } from './device-text.ts'
import type { Plan } from './plan.ts'
import type { FileReport, Report } from './program/report.ts'
import { type Cut, planCuts } from './removal.ts'
import { isInFront } from './widening.ts'

type Change = PushDeviceResult['changes'][number]

/** The longest line that is shown whole: of a key of 16,384 bits with long options. */
const longestShown = 8192

/** What adding would change: the lines behind each file, and those with options that would give way to a plain one. */
export function additions({ keys, files, write }: Plan, report: Report): Change[] {
  const widened = keys.filter(({ verdict }) => verdict === 'widen').map(({ key }) => key)
  const cuts = planCuts(
    { report, files, keys: widened.map(({ blob }) => sha256Fingerprint(blob)) },
    isInFront,
  ).cuts
  if (write === undefined) return removals(cuts, report)
  const added = Buffer.from(write.data)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
  const tightened = write.tighten.map((path) => deviceText(path))
  const own = cuts.find(({ path }) => path === write.path)
  const first = {
    path: deviceText(write.path),
    added,
    taken: own ? linesOf(own, report.files) : [],
    tightened,
  }
  return [
    first,
    ...removals(
      cuts.filter((cut) => cut !== own),
      report,
    ),
  ]
}

/** What would be taken out. */
export function removals(cuts: readonly Cut[], { files }: Pick<Report, 'files'>): Change[] {
  return cuts.map((cut) => ({
    path: deviceText(cut.path),
    added: [],
    taken: linesOf(cut, files),
    tightened: [],
  }))
}

function linesOf({ path, lines }: Cut, files: readonly FileReport[]): Change['taken'] {
  const found = files.find((file) => file.path === path)?.found ?? []
  return found
    .filter(({ number }) => lines.includes(number))
    .map(({ number, text }) => ({ number, text: deviceText(text, longestShown) }))
}
