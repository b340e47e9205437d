import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Report, readReport } from '../../../server/inject/program/report.ts'
import { programText } from '../../../server/inject/program/text.ts'
import { requireProgram } from '../../lab/process.ts'

const old = '# ours\n'
const added = Array.from(
  { length: 40 },
  (_, index) => `ssh-ed25519 AAAAnew${index} ${'x'.repeat(80)}\n`,
).join('')

/** Tools of the device that do what a test wants: found before the real ones, at the head of PATH. */
describe('the tools that the program uses', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeline-tools-'))
    file = join(folder, 'home/authorized_keys')
    mkdirSync(join(folder, 'tools'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const tool = (name: string, script: string) => {
    writeFileSync(join(folder, 'tools', name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, 'tools', name), 0o755)
  }
  const run = (text: string, more: NodeJS.Dict<string> = {}, shell = 'sh'): Report => {
    const env = { PATH: `${join(folder, 'tools')}:${process.env.PATH}`, ...more }
    const { stdout } = spawnSync(shell, { argv0: 'sh', input: text, encoding: 'latin1', env })
    const reading = readReport(stdout)
    if (!reading.ok) throw new Error(`The report is ${reading.why}.`)
    return reading.report
  }
  const append = (): Report => {
    const at = { account: 'root', needles: [] }
    const looked = run(programText({ verb: 'look', ...at, paths: [file] })).files[0]
    const sum = looked?.kind === 'file' ? looked.sum : undefined
    const data = Buffer.from(added)
    return run(programText({ verb: 'append', ...at, path: file, sum, data, tighten: [] }))
  }
  const withFile = () => {
    mkdirSync(join(folder, 'home'))
    writeFileSync(file, old)
  }
  /** Takes a part, like a disk that is full then. */
  const fullDisk = (then: string) =>
    tool(
      'dd',
      `case $* in *of=*) exec ${requireProgram('dd')} "$@" ;; esac
head -c 20
${then}
echo '0+1 records in' >&2
echo "dd: error writing 'standard output': No space left on device" >&2
exit 1`,
    )

  test('all lines go in one write, which is on the disk before it ends', () => {
    withFile()
    tool('dd', `echo "$@" >${folder}/args; exec ${requireProgram('dd')} "$@" 2>${folder}/counts`)
    expect(append().outcome.kind).toBe('written')
    expect(readFileSync(file, 'utf8')).toBe(old + added)
    expect(readFileSync(join(folder, 'counts'), 'utf8')).toContain('0+1 records out')
    expect(readFileSync(join(folder, 'args'), 'utf8')).toContain('conv=fsync')
  })

  test('what a full disk took is cut off, and its words are told', () => {
    withFile()
    fullDisk('')
    const why = expect.stringMatching(/^dd: .*No space left on device$/)
    expect(append().outcome).toEqual({ kind: 'refused', taken: 20, torn: false, why })
    expect(readFileSync(file, 'utf8')).toBe(old)
  })

  test('but not when somebody wrote behind it, which is told', () => {
    withFile()
    fullDisk(`echo '# theirs' >>${file}`)
    expect(append().outcome).toMatchObject({ kind: 'refused', taken: 0, torn: true })
    expect(readFileSync(file, 'utf8')).toBe(`${old}${added.slice(0, 20)}# theirs\n`)
  })

  test('functions that bash exported to its sh are not taken for tools', () => {
    withFile()
    const text = programText({ verb: 'look', account: 'root', needles: [], paths: [file] })
    const functions = Object.fromEntries(
      ['cat', 'wc', 'grep', 'printf'].map((name) => [`BASH_FUNC_${name}%%`, '() { echo not this; }']),
    )
    const [{ sum, size } = { sum: '', size: 0 }] = run(text).files
    expect(size).toBe(old.length)
    expect(run(text, functions, 'bash').files).toMatchObject([{ kind: 'file', sum, size }])
  })

  test('words are the same in every language: in Turkish, i is not the small letter of I', () => {
    tool('sshd', "echo 'Include one'; echo 'AUTHORIZEDKEYSFILE .ssh/keys'")
    const turkish = ['-i', 'tr_TR', '-f', 'UTF-8', join(folder, 'tr_TR.UTF-8')]
    expect(spawnSync(requireProgram('localedef'), turkish)).toMatchObject({ status: 0 })
    const text = programText({ verb: 'look', account: 'root', needles: [] })
    const { sshd } = run(text, { LOCPATH: folder, LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' })
    expect(sshd).toEqual(['Include one', 'AUTHORIZEDKEYSFILE .ssh/keys'])
  })

  test.each([
    ['a link to a file', 'ln -s', true],
    ['a link to nothing', 'ln -s', false],
    ['a file', 'cp', true],
  ])('a removal does not go through %s that is planted when it has cleared the place', (_, how, stands) => {
    withFile()
    const victim = join(folder, 'victim')
    if (stands) writeFileSync(victim, 'theirs\n')
    tool('rm', `${requireProgram('rm')} "$@"; ${how} ${victim} "$2"`)
    const at = { account: 'root', needles: [], path: file }
    const looked = run(programText({ verb: 'look', ...at, paths: [file] })).files[0]
    const removal = programText({ verb: 'remove', ...at, sum: looked?.sum ?? '', lines: [1], left: 0 })
    expect(run(removal).outcome).toMatchObject({ kind: 'refused', why: expect.stringMatching(/removal/) })
    expect(readFileSync(file, 'utf8')).toBe(old)
    expect(existsSync(victim) ? readFileSync(victim, 'utf8') : undefined).toBe(
      stands ? 'theirs\n' : undefined,
    )
  })

  test('what is made gets its label, and what was there keeps the one it has', () => {
    tool('restorecon', `echo "$@" >>${folder}/labelled`)
    expect(append().outcome.kind).toBe('written')
    const labelled = () => readFileSync(join(folder, 'labelled'), 'utf8')
    const made = `${join(folder, 'home')}\n${file}\n`
    expect(labelled()).toBe(made)
    expect(append().outcome.kind).toBe('written')
    expect(labelled()).toBe(made)
  })
})
