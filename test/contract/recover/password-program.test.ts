import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { changedMark, passwordProgram } from '../../../server/recover/password-program.ts'
import { type Userland, userlands } from '../../lab/userlands.ts'

const passwords = [
  ['letters', 'bcdefghijklnoprstuvxbcde'],
  ['quotes', `it's "so"`],
  ['expansions', '$HOME `id` $(id) $x *?[a]'],
  ['backslashes', '\\n \\\\ \\c \\0101'],
  ['marks of a here-document', '<<E E'],
  ['colons', 'a:b::c'],
  ['a dash before', '-n -e x'],
] as const

describe.each(userlands)('the new password, with $name', ({ open }) => {
  let land: Userland
  beforeEach(() => {
    land = open()
  })
  afterEach(() => land.close())
  const got = () => readFileSync(land.here(`${land.folder}/got`), 'latin1')

  test.each(passwords)('of %s reaches chpasswd as it is', async (_, password) => {
    const chpasswd = `chpasswd(){ cat >${land.folder}/got; }`
    const said = await land.run(`${chpasswd}\n${passwordProgram(new Secret(password))}`)
    expect(said.trim()).toBe(changedMark)
    expect(got()).toBe(`root:${password}\n`)
  })

  test('that chpasswd refuses is not said to be set', async () => {
    const chpasswd = 'chpasswd(){ cat >/dev/null;echo too weak;return 1; }'
    const said = await land.run(`${chpasswd}\n${passwordProgram(new Secret('weak'))}`)
    expect(said.trim()).toBe('too weak')
  })
})

test.each([
  [
    'a passwd that reads its input is told twice, where there is neither chpasswd nor pw',
    'passwd',
    "root\nit's new\nit's new\n",
  ],
  ['pw of FreeBSD is told once, by its input', 'pw', "usermod root -h 0\nit's new\n"],
])('%s', async (_, tool, got) => {
  const sparse = userlands.find(({ name }) => name === 'dash with eight tools')?.open()
  if (sparse === undefined) throw new Error('There is no such userland.')
  try {
    const told = `${tool}(){ { echo "$*";cat; } >${sparse.folder}/got; }`
    const said = await sparse.run(`${told}\n${passwordProgram(new Secret("it's new"))}`)
    expect(said.trim()).toBe(changedMark)
    expect(readFileSync(sparse.here(`${sparse.folder}/got`), 'latin1')).toBe(got)
  } finally {
    sparse.close()
  }
})
