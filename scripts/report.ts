/**
 * usage: node scripts/report.ts RESULTS
 *
 * Sums up a run of scripts/test: names what failed and what was skipped and why, ends with the total,
 * and exits with 1 when anything failed. RESULTS has a line for each check (`check NAME passed|failed|skipped REASON`)
 * and for each suite (`suite NAME EXIT-CODE REPORT`), in columns separated by tabs. A REPORT is a SuiteReport as JSON.
 */
import { readFileSync } from 'node:fs'
import type { SuiteReport } from './reporters/suite-report.ts'

const results = process.argv[2]
if (!results) throw new Error('usage: node scripts/report.ts RESULTS')
const total = sum(readFileSync(results, 'utf8').split('\n').filter(Boolean).map(read))
for (const { name, reason } of total.skipped) console.log(`skipped: ${name}: ${reason}`)
for (const name of total.failed) console.log(`failed: ${name}`)
console.log(`${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped`)
process.exitCode = total.failed.length > 0 ? 1 : 0

function read(line: string): SuiteReport {
  const [kind, name = '', outcome, detail = ''] = line.split('\t')
  if (kind === 'suite') return readSuite(name, Number(outcome), detail)
  return {
    passed: outcome === 'passed' ? 1 : 0,
    failed: outcome === 'failed' ? [name] : [],
    skipped: outcome === 'skipped' ? [{ name, reason: detail }] : [],
  }
}

function readSuite(name: string, exitCode: number, file: string): SuiteReport {
  let report: SuiteReport
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { passed: 0, failed: [`${name} tests: ended with ${exitCode} and left no report`], skipped: [] }
  }
  const failed = [...report.failed, ...report.skipped.filter((test) => !test.reason).map(unexplained)]
  if (exitCode !== 0 && report.failed.length === 0)
    failed.push(`${name} tests: ended with ${exitCode} (see above)`)
  if (report.passed === 0 && failed.length === 0) failed.push(`${name} tests: not one passed`)
  return { ...report, failed, skipped: report.skipped.filter((test) => test.reason) }
}

function unexplained(test: { name: string }): string {
  return `${test.name}: skipped without a reason`
}

function sum(reports: SuiteReport[]): SuiteReport {
  return {
    passed: reports.reduce((passed, report) => passed + report.passed, 0),
    failed: reports.flatMap((report) => report.failed),
    skipped: reports.flatMap((report) => report.skipped),
  }
}
