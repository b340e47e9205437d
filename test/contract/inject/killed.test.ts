import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readReport } from '../../../server/inject/program/report.ts'
import { type ProgramRequest, programText } from '../../../server/inject/program/text.ts'

const old = '# ours\nssh-ed25519 AAAAold one\nssh-ed25519 AAAAold two'
const added = '\nssh-ed25519 AAAAnew us\n'

/**
 * bash runs this before every command, in functions and subshells too: at the chosen one everything is killed at once. What the function
 * `file` does is passed over: it only reads, and what is on the disk is the same before and after it. Read-only, since the program rids
 * itself of functions that it finds.
 */
const tracing = (counter: string, stop: number) => `
set -T
step() { case " \${FUNCNAME[*]} " in *" file "*) return ;; esac; printf . >>${counter}; local c; read -r c <${counter}; [ \${#c} -lt ${stop} ] || kill -9 0; }
readonly -f step
trap step DEBUG
`

describe('the program, killed between any two of its commands', () => {
  let folder: string
  let file: string
  let counter: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeline-killed-'))
    counter = join(folder, 'counter')
    file = join(folder, 'home/authorized_keys')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  beforeEach(() => mkdirSync(join(folder, 'home'), { recursive: true }))

  const run = (request: ProgramRequest, stop?: number) => {
    writeFileSync(counter, '')
    const text = programText(request)
    const program = stop === undefined ? text : tracing(counter, stop) + text
    // A session of its own is what a login is, and what ends with it.
    const { stdout } = spawnSync('setsid', ['-w', 'bash'], { input: program, encoding: 'latin1' })
    return readReport(stdout)
  }
  const sumOf = () => {
    const reading = run({ verb: 'look', account: 'root', needles: [], paths: [file] })
    return reading.ok ? (reading.report.files[0]?.sum ?? '') : ''
  }
  const content = () => readFileSync(file, 'utf8')

  it('has the old lines or the complete new ones, and the next run completes', { timeout: 600_000 }, () => {
    writeFileSync(file, old)
    const sum = sumOf()
    const request: ProgramRequest = {
      ...{ verb: 'append', account: 'root', needles: ['AAAAnew'], path: file, sum },
      ...{ data: Buffer.from(added), tighten: [file] },
    }
    const seen = new Set<string>()
    let stop = 1
    for (; ; stop += 1) {
      writeFileSync(file, old)
      const ended = run(request, stop).ok
      expect([old, old + added]).toContain(content())
      seen.add(content())
      expect(readdirSync(join(folder, 'home'))).toEqual(['authorized_keys'])
      if (ended) break
    }
    // Both halves of the program were cut: before the write and after it.
    expect([...seen]).toEqual([old, old + added])
    expect(stop).toBeGreaterThan(20)
  })

  it('removes a line or leaves it, and the next removal clears what was left', { timeout: 600_000 }, () => {
    const left = '# ours\nssh-ed25519 AAAAold two'
    writeFileSync(file, old)
    const sum = sumOf()
    const request: ProgramRequest = {
      ...{ verb: 'remove', account: 'root', needles: ['AAAAold'], path: file, sum },
      ...{ lines: [2], left: left.length },
    }
    const seen = new Set<string>()
    for (let stop = 1; ; stop += 1) {
      writeFileSync(file, old)
      const ended = run(request, stop).ok
      expect([old, left]).toContain(content())
      seen.add(content())
      if (ended) break
    }
    expect([...seen]).toEqual([old, left])
    writeFileSync(file, old)
    expect(run(request).ok).toBe(true)
    expect(readdirSync(join(folder, 'home'))).toEqual(['authorized_keys'])
  })
})
