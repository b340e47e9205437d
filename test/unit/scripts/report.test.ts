import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SuiteReport } from '../../../scripts/reporters/suite-report.ts'

const program = join(import.meta.dirname, '../../../scripts/report.ts')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('sums checks and suites, and names each skip with its reason', () => {
  const unit = suite('unit', 0, { passed: 5, failed: [], skipped: [{ name: 'boots', reason: 'no qemu' }] })
  const result = report(
    ['check', 'types', 'passed', ''],
    ['check', 'shell', 'skipped', 'no shellcheck'],
    unit,
  )
  expect(result.lines).toEqual([
    'skipped: shell: no shellcheck',
    'skipped: boots: no qemu',
    '6 passed, 0 failed, 2 skipped',
  ])
  expect(result.status).toBe(0)
})

test('fails for a failed check and a failed test', () => {
  const unit = suite('unit', 1, { passed: 5, failed: ['adds'], skipped: [] })
  const result = report(['check', 'types', 'failed', ''], unit)
  expect(result.lines).toEqual(['failed: types', 'failed: adds', '5 passed, 2 failed, 0 skipped'])
  expect(result.status).toBe(1)
})

test('counts a suite without a report as failed, whatever its exit code', () => {
  const result = report(['suite', 'unit', '0', join(folder, 'nothing.json')])
  expect(result.lines).toEqual([
    'failed: unit tests: ended with 0 and left no report',
    '0 passed, 1 failed, 0 skipped',
  ])
  expect(result.status).toBe(1)
})

test('counts a suite that ended badly as failed, though its tests passed', () => {
  const result = report(suite('unit', 1, { passed: 5, failed: [], skipped: [] }))
  expect(result.lines.at(-1)).toBe('5 passed, 1 failed, 0 skipped')
})

test('counts a suite in which nothing passed as failed', () => {
  const result = report(suite('e2e', 0, { passed: 0, failed: [], skipped: [{ name: 'a', reason: 'b' }] }))
  expect(result.lines.at(-1)).toBe('0 passed, 1 failed, 1 skipped')
})

test('counts a test that was skipped without a reason as failed', () => {
  const result = report(suite('unit', 0, { passed: 1, failed: [], skipped: [{ name: 'a', reason: '' }] }))
  expect(result.lines).toEqual(['failed: a: skipped without a reason', '1 passed, 1 failed, 0 skipped'])
})

function suite(name: string, exitCode: number, report: SuiteReport): string[] {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(report))
  return ['suite', name, `${exitCode}`, file]
}

function report(...results: string[][]): { lines: string[]; status: number | null } {
  const file = join(folder, 'results')
  writeFileSync(file, results.map((columns) => `${columns.join('\t')}\n`).join(''))
  const { stdout, status } = spawnSync(process.execPath, [program, file], { encoding: 'utf8' })
  return { lines: stdout.trimEnd().split('\n'), status }
}
