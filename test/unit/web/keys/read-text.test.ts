import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readText } from '../../../../client/web/keys/add/read-text.ts'

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' }).trim()

let folder: string
let line: string
let secret: string
let ppk: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-read-'))
  const file = join(folder, 'id')
  run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'ann@laptop', '-f', file)
  line = (await readFile(`${file}.pub`, 'utf8')).trim()
  secret = await readFile(file, 'utf8')
  await writeFile(join(folder, 'phrase'), 'correct horse')
  run('puttygen', file, '--new-passphrase', join(folder, 'phrase'), '-O', 'private', '-o', `${file}.ppk`)
  ppk = await readFile(`${file}.ppk`, 'utf8')
})
afterAll(() => rm(folder, { recursive: true }))

test('a key is shown in its normal form, with the fingerprint that ssh-keygen prints', () => {
  const [, sha256] = run('ssh-keygen', '-lf', join(folder, 'id.pub')).split(' ')
  const read = readText(`\ufeff  ${line}\r\n`)
  expect(read).toMatchObject({
    state: 'keys',
    found: [{ ok: true, sha256, line, comment: 'ann@laptop', type: 'ssh-ed25519' }],
  })
})

test('several keys are several, the same one twice is one, and what is none says why', async () => {
  run('ssh-keygen', '-q', '-t', 'ecdsa', '-N', '', '-C', 'other', '-f', join(folder, 'other'))
  const ecdsa = (await readFile(join(folder, 'other.pub'), 'utf8')).trim()
  const read = readText(`${line}\n${ecdsa}\n# a comment\n${line}\nssh-dss AAAAB3NzaC1kc3MAAAA= old\n`)
  expect(read).toMatchObject({
    state: 'keys',
    found: [{ line }, { line: ecdsa }, { ok: false, reason: expect.any(String), remedy: expect.any(String) }],
  })
})

test('of a .ppk file only the public lines are taken', () => {
  expect(readText(ppk)).toEqual({ state: 'ppk', line })
})

test('a private key is told, whatever is around it, and nothing of it is in what is said', () => {
  for (const text of [secret, `${line}\n${secret}`, `${secret}\n${line}`, `${ppk}\n${secret}`]) {
    const read = readText(text)
    expect(read.state).toBe('private')
    expect(JSON.stringify(read)).not.toContain(secret.split('\n')[2])
  }
})

test.each(['utf8', 'utf16le'] as const)(
  'a file in %s is read, and a private key in it is seen',
  (encoding) => {
    const file = (text: string) => Buffer.from(`\ufeff${text}`, encoding)
    expect(readText(file(`${line}\r\n`))).toMatchObject({ state: 'keys', found: [{ ok: true, line }] })
    expect(readText(file(secret)).state).toBe('private')
    expect(readText(file(ppk))).toEqual({ state: 'ppk', line })
  },
)

test('nothing is nothing', () => {
  expect(readText(' \n')).toMatchObject({ state: 'keys', found: [] })
})
