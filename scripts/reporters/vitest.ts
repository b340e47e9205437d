import { relative } from 'node:path'
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'
import { leaveReport, reasonInName, type SuiteReport, why } from './suite-report.ts'

/** Vitest's own JSON reporter leaves out why a test was skipped: `ctx.skip('why')`. */
export class VitestReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const report: SuiteReport = { passed: 0, failed: [], skipped: [] }
    for (const module of modules) {
      for (const group of [module, ...module.children.allSuites()]) addGroup(report, group)
      for (const test of module.children.allTests()) addTest(report, test)
    }
    leaveReport(report)
  }
}

/** A group fails by itself when its file does not load or a hook of it throws; its tests are then not run. */
function addGroup(report: SuiteReport, group: TestModule | TestSuite): void {
  const [error] = group.errors()
  if (error) report.failed.push(`${nameOf(group)}: ${why([error])}`)
}

function addTest(report: SuiteReport, test: TestCase): void {
  const result = test.result()
  const name = nameOf(test)
  if (result.state === 'passed') report.passed++
  else if (result.state === 'skipped')
    report.skipped.push({ name, reason: skipReason(test, result.note, name) })
  else if (result.state === 'pending') report.failed.push(`${name}: did not end`)
  else report.failed.push(`${name}: ${why(result.errors)}`)
}

function skipReason(test: TestCase, note: string | undefined, name: string): string {
  if (note) return note
  let group: TestSuite | TestModule | undefined = test.parent
  while (group) {
    if (group.errors().length > 0) return `its group failed: ${nameOf(group)}`
    group = group.type === 'suite' ? group.parent : undefined
  }
  return reasonInName(name)
}

function nameOf(task: TestCase | TestSuite | TestModule): string {
  const file = task.type === 'module' ? task : task.module
  const path = relative(process.cwd(), file.moduleId)
  return task.type === 'module' ? path : `${path} > ${task.fullName}`
}
