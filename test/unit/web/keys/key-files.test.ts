import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Derivation, derive } from '../../../../client/web/keys/generate/derive.ts'
import { type KeyPair, makeKeyPair, publicLine } from '../../../../client/web/keys/generate/key-pair.ts'
import { openSshFile } from '../../../../client/web/keys/generate/openssh-file.ts'
import { ppkFile } from '../../../../client/web/keys/generate/ppk-file.ts'

const comment = 'ann@läptop 2026'
const passphrases = [
  { name: 'no passphrase', passphrase: '' },
  { name: 'a passphrase', passphrase: 'correct horse “böttery”' },
]
const here = async (derivation: Derivation) => derive(derivation, () => {})

let folder: string
let pair: KeyPair
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-keys-'))
  pair = await makeKeyPair()
})
afterAll(() => rm(folder, { recursive: true }))

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' }).trim()

async function save(name: string, content: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content, { mode: 0o600 })
  return path
}

describe.each(passphrases)('a key made by the page, with $name', ({ passphrase }) => {
  test('is read by ssh-keygen', async () => {
    const file = await save('id_ed25519', await openSshFile(pair, comment, passphrase, here))
    expect(run('ssh-keygen', '-y', '-P', passphrase, '-f', file)).toBe(publicLine(pair, comment))
    await save('id_ed25519.pub', publicLine(pair, comment))
    expect(run('ssh-keygen', '-lf', file)).toMatch(/^256 SHA256:[A-Za-z0-9+/]{43} .* \(ED25519\)$/)
  })

  test('signs what its public half proves', async () => {
    const file = await save('signer', await openSshFile(pair, comment, '', here))
    const message = await save('message', 'hello')
    run('ssh-keygen', '-Y', 'sign', '-n', 'file', '-f', file, message)
    const check = ['-Y', 'check-novalidate', '-n', 'file', '-s', `${message}.sig`]
    const said = execFileSync('ssh-keygen', check, { input: 'hello', encoding: 'utf8', stdio: 'pipe' })
    await rm(`${message}.sig`)
    expect(said).toContain('Good "file" signature')
  })

  test('is read by puttygen', async () => {
    const file = await save('key.ppk', await ppkFile(pair, comment, passphrase, here))
    const secret = await save('passphrase', passphrase)
    expect(run('puttygen', file, '-O', 'public-openssh')).toBe(publicLine(pair, comment))
    // Only with the private half, and with the right MAC over all of it, can it be written as something else.
    const converted = join(folder, 'converted')
    const empty = await save('empty', '')
    run(
      'puttygen',
      file,
      '--old-passphrase',
      secret,
      '--new-passphrase',
      empty,
      '-O',
      'private-openssh-new',
      '-o',
      converted,
    )
    expect(run('ssh-keygen', '-y', '-P', '', '-f', converted)).toContain(publicLine(pair, ''))
    await rm(converted)
  })
})

test('a wrong passphrase opens neither', async () => {
  const file = await save('locked', await openSshFile(pair, comment, 'right', here))
  expect(() => run('ssh-keygen', '-y', '-P', 'wrong', '-f', file)).toThrow(/incorrect passphrase/)
  const ppk = await save('locked.ppk', await ppkFile(pair, comment, 'right', here))
  const wrong = await save('wrong', 'wrong')
  expect(() =>
    run('puttygen', ppk, '--old-passphrase', wrong, '-O', 'private-openssh', '-o', join(folder, 'out')),
  ).toThrow()
})
