import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { generateRootPassword } from '../../../server/vault/generate.ts'
import { sha512Crypt } from '../../../server/vault/sha512-crypt.ts'

// "Unix crypt using SHA-256 and SHA-512", Ulrich Drepper: the test vector with the default number of rounds.
test('is what the specification says', () => {
  expect(sha512Crypt(new Secret('Hello world!'), 'saltstring')).toBe(
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  )
})

const openssl = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!openssl)(openssl ? 'beside openssl' : 'beside openssl (needs openssl)', () => {
  const byOpenssl = (password: string, salt: string): string =>
    spawnSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], {
      input: `${password}\n`,
      encoding: 'utf8',
    }).stdout.trim()

  test('makes the same of passwords of every length', () => {
    const salts = fc.string({ unit: fc.constantFrom(...'./09AZaz'), minLength: 1, maxLength: 16 })
    const passwords = fc.string({ minLength: 1, maxLength: 130 }).filter((text) => text.trim() === text)
    fc.assert(
      fc.property(passwords, salts, (password, salt) => {
        expect(sha512Crypt(new Secret(password), salt)).toBe(byOpenssl(password, salt))
      }),
      { numRuns: 25 },
    )
  })

  test('makes the same of a generated password, with a salt of its own each time', () => {
    const password = generateRootPassword()
    const [first, second] = [sha512Crypt(password), sha512Crypt(password)]
    expect(first).not.toBe(second)
    const salt = first.split('$')[2] ?? ''
    expect(salt).toHaveLength(16)
    expect(byOpenssl(password.reveal(), salt)).toBe(first)
  })
})

test('a generated password is 24 letters that no keyboard layout moves, each time others', () => {
  const made = Array.from({ length: 200 }, () => generateRootPassword().reveal())
  expect(new Set(made).size).toBe(made.length)
  for (const password of made) expect(password).toMatch(/^[b-eg-lnopr-vxf]{24}$/)
  const letters = new Set(made.join(''))
  expect([...letters].sort().join('')).toBe('bcdefghijklnoprstuvx')
})
