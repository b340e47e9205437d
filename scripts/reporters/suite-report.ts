import { writeFileSync } from 'node:fs'

/** What a suite of tests came to, in the words of scripts/report.ts. */
export type SuiteReport = {
  passed: number
  /** Names of the failed tests, with the file and the groups they are in. */
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
