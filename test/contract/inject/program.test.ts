import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FileReport, type Report, readReport } from '../../../server/inject/program/report.ts'
import {
  type ProgramRequest,
  programOf,
  programText,
  underSudo,
} from '../../../server/inject/program/text.ts'
import { stoodAsWritten } from '../../../server/inject/read-back.ts'
import { accountsCanBeMade } from '../../lab/account.ts'
import { type Userland, userlands } from '../../lab/userlands.ts'

const needle = 'Q'.repeat(20) + 'z/+9'.repeat(5)
const key = `ssh-ed25519 AAAA${needle}`
const asRoot = accountsCanBeMade()
/** That somebody may have given another meaning. */
const tools = ['cat', 'grep', 'wc', 'tail', 'ls', 'printf', 'echo', 'chmod', 'mkdir']

describe.skipIf(!asRoot).each(userlands)('the program in $name (needs root, for chroot)', ({ open }) => {
  let land: Userland
  let count = 0
  let folder = ''

  beforeAll(() => {
    land = open()
  })
  afterAll(() => land.close())
  beforeEach(() => {
    count += 1
    folder = `${land.folder}/${count}`
    mkdirSync(land.here(folder))
    profile = ''
  })

  /** Run in the same shell before the program. */
  let profile = ''
  const run = async (request: Omit<ProgramRequest, 'account' | 'needles'> & Act): Promise<Report> => {
    const text = programText({ account: 'root', needles: [needle], ...request } as ProgramRequest)
    const reading = readReport(await land.run(profile + text))
    if (!reading.ok) throw new Error(`The report is ${reading.why}.`)
    return reading.report
  }
  const look = async (...paths: string[]): Promise<FileReport[]> => (await run({ verb: 'look', paths })).files
  const see = async (path: string): Promise<FileReport> => {
    const [file] = await look(path)
    if (file === undefined) throw new Error('It reported no file.')
    return file
  }
  const append = async (path: string, text: string, sum?: string) =>
    run({ verb: 'append', path, sum, data: Buffer.from(text), tighten: [] })
  const asWritten = (write: Parameters<typeof stoodAsWritten>[0], outcome: Report['outcome']) =>
    outcome.kind === 'written' && stoodAsWritten(write, outcome)
  const place = (name: string, content: string | Buffer, mode = 0o600): string => {
    const path = `${folder}/${name}`
    writeFileSync(land.here(path), content, { mode })
    return path
  }
  const bytes = (path: string) => readFileSync(land.here(path)).toString('latin1')
  const modeOf = (path: string) => (statSync(land.here(path)).mode & 0o7777).toString(8)

  it('says who it is and where the account lives', async () => {
    const report = await run({ verb: 'look' })
    expect(report.account).toMatchObject({ uid: 0, gid: 0, home: '/root' })
    expect(report.files.map(({ path }) => path)).toContain('/root/.ssh/authorized_keys')
  })

  it('tells an account that is not there', async () => {
    const text = programText({ verb: 'look', account: 'nobody-like-that', needles: [] })
    expect(readReport(await land.run(text))).toMatchObject({ ok: true, report: { accountMissing: true } })
  })

  it('is run by root through sudo, and says so where there is none', async () => {
    const program = underSudo(programOf({ verb: 'look', account: 'root', needles: [] }))
    const reading = readReport(await land.run(`${program.common}${program.text}`))
    const there = existsSync(land.here('/usr/bin/sudo'))
    expect(reading).toMatchObject({
      ok: true,
      report: there ? { account: { runsAs: 0 } } : { account: undefined, sudo: { words: undefined } },
    })
  })

  it('finds lines by their needle, byte for byte, with their numbers', async () => {
    const line = `from="*" ${key} caf\xe9 \t'"\\$(x)\`%s\x01`
    const path = place('keys', Buffer.from(`# first\n\n${line}\r\nssh-rsa other\n${key}`, 'latin1'))
    const file = await see(path)
    expect(file).toMatchObject({ kind: 'file', readable: true, size: bytes(path).length, lines: 4 })
    expect(file.endsWithLineEnd).toBe(false)
    expect(file.found).toEqual([
      { number: 3, text: `${line}\r` },
      { number: 5, text: key },
    ])
  })

  it('sees files that hold NULs, and what their last byte is', async () => {
    const path = place('keys', `${key}\n\0\0\0`)
    const file = await see(path)
    expect(file.found[0]).toEqual({ number: 1, text: key })
    expect(file.endsWithLineEnd).toBe(false)
  })

  it('tells apart what is no file, and waits for none of it', async () => {
    spawnSync('mkfifo', [land.here(`${folder}/pipe`)])
    symlinkSync('nowhere', land.here(`${folder}/link`))
    const kinds = await look(...['pipe', 'link', '', 'none'].map((name) => `${folder}/${name}`))
    expect(kinds.map(({ kind }) => kind)).toEqual(['special', 'dangling', 'folder', 'absent'])
  })

  it('tells mode and owner of the file and of every folder above', async () => {
    const path = place('keys', '', 0o640)
    const { modes } = await see(path)
    expect(modes[0]).toMatchObject({ text: '-rw-r-----', links: 1, uid: 0, gid: 0 })
    expect(modes.at(-1)?.text).toMatch(/^d/)
    expect(modes).toHaveLength(path.split('/').length)
  })

  it('makes folder and file that only the account may use', async () => {
    const path = `${folder}/.ssh/authorized_keys`
    const { outcome } = await append(path, `${key}\n`)
    expect(outcome.kind).toBe('written')
    expect(asWritten({ sum: undefined, data: Buffer.from(`${key}\n`) }, outcome)).toBe(true)
    expect(bytes(path)).toBe(`${key}\n`)
    expect([modeOf(path), modeOf(`${folder}/.ssh`)]).toEqual(['600', '700'])
    expect(readdirSync(land.here(`${folder}/.ssh`))).toEqual(['authorized_keys'])
  })

  it('appends in place and changes no byte of what stood there', async () => {
    const old = Buffer.from('\xef\xbb\xbf# x\r\n\0\xff junk\n\n-----BEGIN\nno end', 'latin1')
    const path = place('keys', old, 0o640)
    const before = statSync(land.here(path))
    const { sum } = await see(path)
    const report = await append(path, `\n${key} me\n`, sum)
    expect(asWritten({ sum, data: Buffer.from(`\n${key} me\n`) }, report.outcome)).toBe(true)
    expect(bytes(path)).toBe(`${old.toString('latin1')}\n${key} me\n`)
    expect(statSync(land.here(path))).toMatchObject({ ino: before.ino, mode: before.mode })
    expect(report.files[0]?.found.at(-1)?.text).toBe(`${key} me`)
    expect(readdirSync(land.here(folder))).toEqual(['keys'])
  })

  it('carries every comment as it is', async () => {
    const comments = [
      '$(touch /x)',
      '`x`',
      '!!',
      '%s %d',
      '\\n\\\\',
      `'"`,
      '日本 é',
      '-n',
      '\\0101',
      '\\c',
      '*',
      '~',
    ]
    const text = comments.map((comment) => `${key} ${comment}\n`).join('')
    const path = `${folder}/keys`
    await append(path, text)
    expect(readFileSync(land.here(path), 'utf8')).toBe(text)
  })

  it('carries a hundred keys at once', async () => {
    const text = Array.from({ length: 100 }, (_, index) => `${key} number ${index}\n`).join('')
    const path = place('keys', 'old\n')
    await append(path, text, (await see(path)).sum)
    expect(bytes(path)).toBe(`old\n${text}`)
  })

  it('writes nothing when the file is not what it was', async () => {
    const path = place('keys', 'old\n')
    const { sum } = await see(path)
    writeFileSync(land.here(path), 'new and longer\n')
    const before = statSync(land.here(path))
    expect((await append(path, 'x\n', sum)).outcome).toEqual({ kind: 'changed' })
    expect((await append(path, 'x\n')).outcome).toEqual({ kind: 'changed' })
    expect((await append(`${folder}/none`, 'x\n', sum)).outcome).toEqual({ kind: 'changed' })
    expect(statSync(land.here(path)).mtimeMs).toBe(before.mtimeMs)
    expect(existsSync(land.here(`${folder}/none`))).toBe(false)
  })

  it('copes with any name of a folder', async () => {
    const home = `${folder}/it's $(x) "q" *\\ é`
    mkdirSync(land.here(home))
    const path = Buffer.from(`${home}/keys`).toString('latin1')
    expect((await append(path, 'x\n')).outcome.kind).toBe('written')
    expect(readFileSync(land.here(`${home}/keys`), 'utf8')).toBe('x\n')
  })

  it('takes write from group and others where it was told to', async () => {
    const path = place('keys', '')
    chmodSync(land.here(path), 0o666)
    const { sum } = await see(path)
    await run({ verb: 'append', path, sum, data: Buffer.from('x\n'), tighten: [path] })
    expect(modeOf(path)).toBe('644')
  })

  it.each([
    ['aliases', `alias ${tools.map((name) => `${name}=false`).join(' ')}\n`],
    ['an end at the first failure', 'set -e\n'],
    ['an end at a name without a value', 'set -u\n'],
    ['other field separators', 'IFS=a0-\n'],
  ])('goes its way in a shell with %s', async (_, lines) => {
    const path = place('keys', `old\n${key}\n`)
    const { modes, ...before } = await see(path)
    profile = lines
    const seen = await see(path)
    // Other tests make folders beside ours, which are links to the one above.
    expect(seen).toEqual({ ...before, modes: expect.objectContaining({ length: modes.length }) })
    expect((await append(path, 'x\n', before.sum)).outcome.kind).toBe('written')
    expect((await append(`${folder}/none`, 'x\n')).outcome.kind).toBe('written')
    expect([bytes(path), bytes(`${folder}/none`)]).toEqual([`old\n${key}\nx\n`, 'x\n'])
  })

  it('leaves a link a link', async () => {
    const real = place('real', 'old\n')
    const link = `${folder}/link`
    symlinkSync('real', land.here(link))
    await append(link, 'x\n', (await see(link)).sum)
    expect(lstatSync(land.here(link)).isSymbolicLink()).toBe(true)
    expect(bytes(real)).toBe('old\nx\n')
  })

  it('says in words of the device why it cannot', async () => {
    const report = await append(`${folder}/no/such/folder/keys`, 'x\n')
    expect(report.outcome).toMatchObject({ kind: 'refused', taken: 0 })
    expect(report.outcome.kind === 'refused' && report.outcome.why).not.toBe('')
  })
})

describe.skipIf(!asRoot).each(userlands.filter(({ name }) => name === 'dash' || name === 'BusyBox'))(
  'removal in $name (needs root, for chroot)',
  ({ open }) => {
    let land: Userland
    beforeAll(() => {
      land = open()
    })
    afterAll(() => land.close())

    const remove = async (
      content: string,
      request: { lines: number[]; left?: number; sum?: string; profile?: string; leaves?: string[] },
    ) => {
      const path = `${land.folder}/keys`
      writeFileSync(land.here(path), Buffer.from(content, 'latin1'), { mode: 0o640 })
      const looked = readReport(
        await land.run(programText({ verb: 'look', account: 'root', needles: [], paths: [path] })),
      )
      const sum = request.sum ?? (looked.ok ? (looked.report.files[0]?.sum ?? '') : '')
      const text = programText({
        verb: 'remove',
        account: 'root',
        needles: [],
        path,
        sum,
        lines: request.lines,
        left: request.left ?? 0,
      })
      const reading = readReport(await land.run(`${request.profile ?? ''}${text}`))
      if (!reading.ok) throw new Error(`The report is ${reading.why}.`)
      const { mode } = statSync(land.here(path))
      const own = readdirSync(land.here(land.folder)).filter((name) => name.startsWith('.life'))
      expect(own).toEqual(request.leaves ?? [])
      return {
        outcome: reading.report.outcome,
        text: readFileSync(land.here(path)).toString('latin1'),
        mode: mode & 0o777,
      }
    }

    it.each([
      ['a\nb\nc\n', [1], 'b\nc\n'],
      ['a\nb\nc\n', [2], 'a\nc\n'],
      ['a\nb\nc', [3], 'a\nb\n'],
      ['a\nb\nc', [1, 2], 'c'],
      ['a\n\0\xff\r\nc\n\nlast', [1, 3], '\0\xff\r\n\nlast'],
      ['a\nb\nc\nd\ne\n', [2, 3, 5], 'a\nd\n'],
      ['a\n', [1], ''],
    ])('takes from %j the lines %j and nothing else', async (content, lines, left) => {
      const done = await remove(content, { lines, left: left.length })
      expect(done).toMatchObject({ outcome: { kind: 'written' }, text: left, mode: 0o640 })
    })

    it('removes also in a shell that overwrites no file', async () => {
      const done = await remove('a\nb\n', { lines: [1], left: 2, profile: 'set -C\n' })
      expect(done).toMatchObject({ outcome: { kind: 'written' }, text: 'b\n' })
    })

    it('removes nothing when the file is not what it was', async () => {
      const done = await remove('a\nb\n', { lines: [1], left: 2, sum: '12 34' })
      expect(done).toMatchObject({ outcome: { kind: 'changed' }, text: 'a\nb\n' })
    })

    it('removes nothing when other bytes would be left than were reckoned with', async () => {
      const done = await remove('a\nb\n', { lines: [1], left: 3 })
      expect(done).toMatchObject({ outcome: { kind: 'refused' }, text: 'a\nb\n' })
    })

    it.each([
      ['a link', (path: string) => symlinkSync('other', path)],
      ['a file', (path: string) => writeFileSync(path, 'secret\n', { mode: 0o666 })],
    ])('clears away %s in the place of its own file, and touches nothing behind it', async (_, plant) => {
      const other = land.here(`${land.folder}/other`)
      writeFileSync(other, 'theirs\n')
      plant(land.here(`${land.folder}/.lifeline-removal`))
      const done = await remove('a\nb\n', { lines: [1], left: 2 })
      expect(done).toMatchObject({ outcome: { kind: 'written' }, text: 'b\n', mode: 0o640 })
      expect(readFileSync(other, 'utf8')).toBe('theirs\n')
      rmSync(other)
    })

    it('refuses where a folder is in the place of its own file', async () => {
      const planted = land.here(`${land.folder}/.lifeline-removal`)
      mkdirSync(planted)
      const done = await remove('a\nb\n', { lines: [1], left: 2, leaves: ['.lifeline-removal'] })
      expect(done).toMatchObject({ outcome: { kind: 'refused' }, text: 'a\nb\n' })
      rmdirSync(planted)
    })

    it('refuses to part a file from its other names', async () => {
      const path = `${land.folder}/keys`
      writeFileSync(land.here(path), '')
      linkSync(land.here(path), land.here(`${land.folder}/other`))
      const done = await remove('a\nb\n', { lines: [1], left: 2 })
      expect(done).toMatchObject({ outcome: { kind: 'refused' }, text: 'a\nb\n' })
    })
  },
)

type Act = Pick<ProgramRequest, 'verb'> & Partial<Record<string, unknown>>
