import { writeFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** What a suite of tests came to, in the words of scripts/report.ts. */
export type SuiteReport = {
  passed: number
  /** Names of the failed tests, with the file and the groups they are in, and why. */
  failed: string[]
  /** `reason` is empty where the test gave none. */
  skipped: { name: string; reason: string }[]
}

/** Leaves the report where scripts/test looks for it; does nothing when scripts/test is not the one who runs the suite. */
export function leaveReport(report: SuiteReport): void {
  const file = process.env.TEST_REPORT
  if (file) writeFileSync(file, JSON.stringify(report))
}

/** The reason to skip that a name carries, as in `a whole machine (needs qemu-system-x86_64)`; empty without one. */
export function reasonInName(name: string): string {
  return /\((needs [^)]+)\)/.exec(name)?.[1] ?? ''
}

/** The beginning of what the errors say, on one line: who reads a log from its end finds the reason there. */
export function why(errors: readonly { message?: string }[]): string {
  const said = errors.map(({ message = '' }) => stripVTControlCharacters(message)).join('; ')
  return said.replace(/\s+/g, ' ').slice(0, 500) || 'an error without a message'
}
