import { relative } from 'node:path'
import type { FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter'
import { leaveReport, reasonInName, type SuiteReport, why } from './suite-report.ts'

class PlaywrightReporter implements Reporter {
  #tests: TestCase[] = []
  #errors: string[] = []

  onBegin(_config: unknown, suite: Suite): void {
    this.#tests = suite.allTests()
  }

  onError({ message = 'an error without a message' }: { message?: string }): void {
    this.#errors.push(message)
  }

  onEnd(_result: FullResult): void {
    const report: SuiteReport = { passed: 0, failed: this.#errors, skipped: [] }
    for (const test of this.#tests) addTest(report, test)
    leaveReport(report)
  }

  printsToStdio(): boolean {
    return false
  }
}

function addTest(report: SuiteReport, test: TestCase): void {
  const name = nameOf(test)
  const outcome = test.outcome()
  if (outcome === 'skipped') report.skipped.push({ name, reason: skipReason(test, name) })
  else if (outcome === 'expected') report.passed++
  else if (outcome === 'flaky') report.failed.push(`${name}: passed only when tried again`)
  else report.failed.push(`${name}: ${why(test.results.flatMap((result) => result.errors))}`)
}

function skipReason(test: TestCase, name: string): string {
  const why = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description
  if (why) return why
  return test.results.length === 0 ? 'the run ended before it' : reasonInName(name)
}

function nameOf(test: TestCase): string {
  // The first two titles are the root's, which is empty, and the project's.
  return [relative(process.cwd(), test.location.file), ...test.titlePath().slice(3)].join(' > ')
}

// biome-ignore lint/style/noDefaultExport: Playwright takes a reporter by file, and asks it for its default export.
export default PlaywrightReporter
