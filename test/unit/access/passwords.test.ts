import { describe, expect, test } from 'vitest'
import {
  argon2id,
  type Derive,
  generatePassword,
  Passwords,
  standardCost,
} from '../../../server/access/passwords.ts'
import { formatPhc, type PasswordCost, parsePhc } from '../../../server/access/phc.ts'
import { Secret } from '../../../server/base/secret.ts'
import { limits } from '../../../server/contract/limits.ts'

const cost: PasswordCost = { memoryKiB: 8, passes: 1, parallelism: 1 }
const passwords = new Passwords({ cost })

describe('a password', () => {
  test('is right for its own hash, and no other is', async () => {
    const stored = await passwords.hash(new Secret('correct horse battery'), 'usual')
    expect(await passwords.check(new Secret('correct horse battery'), stored, 'usual')).toBe('right')
    expect(await passwords.check(new Secret('correct horse batterz'), stored, 'usual')).toBe('wrong')
  })

  test('is hashed with a salt of its own each time', async () => {
    const one = await passwords.hash(new Secret('the same'), 'usual')
    expect(await passwords.hash(new Secret('the same'), 'usual')).not.toBe(one)
  })

  test('is the same however the keyboard composes its characters', async () => {
    const stored = await passwords.hash(new Secret('caf\u00e9 au lait'), 'usual')
    expect(await passwords.check(new Secret('cafe\u0301 au lait'), stored, 'usual')).toBe('right')
  })

  test('is outdated when it was hashed at another cost, and then checked at that cost', async () => {
    const stored = await passwords.hash(new Secret('from long ago'), 'usual')
    for (const change of [{ memoryKiB: 16 }, { passes: 2 }, { parallelism: 2, memoryKiB: 16 }]) {
      const stronger = new Passwords({ cost: { ...cost, ...change } })
      expect(await stronger.check(new Secret('from long ago'), stored, 'usual')).toBe('outdated')
      expect(await stronger.check(new Secret('another'), stored, 'usual')).toBe('wrong')
    }
  })

  test('is derived with argon2id version 19', async () => {
    // From test.c of the reference implementation, github.com/P-H-C/phc-winner-argon2.
    const atCost = { memoryKiB: 65_536, passes: 2, parallelism: 1 }
    const tag = await argon2id(Buffer.from('password'), Buffer.from('somesalt'), atCost, 32)
    expect(tag.toString('hex')).toBe('09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7')
  })
})

describe('what does not exist', () => {
  test.each([
    ['no account', undefined],
    ['a damaged hash', '$argon2id$v=19$m=8,t=1,p=1$damaged'],
  ])('%s costs the same work as a wrong password, and no password is right', async (_, stored) => {
    const calls: Parameters<Derive>[] = []
    const counting = new Passwords({ cost, derive: countingInto(calls) })
    const real = await counting.hash(new Secret('right'), 'usual')
    calls.length = 0
    expect(await counting.check(new Secret('wrong'), real, 'usual')).toBe('wrong')
    expect(await counting.check(new Secret('wrong'), stored, 'usual')).toBe('wrong')
    const work = calls.map(([, salt, atCost, length]) => ({ salt: salt.length, atCost, length }))
    expect(work).toHaveLength(2)
    expect(work[1]).toEqual(work[0])
  })

  test('even a derivation that gives the stand-in away does not let anybody in', async () => {
    const all = new Passwords({
      cost,
      derive: async (_message, _salt, _cost, length) => Buffer.alloc(length),
    })
    const stored = formatPhc({ cost, salt: Buffer.alloc(16), tag: Buffer.alloc(32) })
    expect(await all.check(new Secret('x'), stored, 'usual')).toBe('right')
    expect(await all.check(new Secret('x'), undefined, 'usual')).toBe('wrong')
  })
})

test('the standard cost is the second recommendation of RFC 9106, on one lane', () => {
  expect(standardCost).toEqual({ memoryKiB: 65_536, passes: 3, parallelism: 1 })
})

test('a generated password is long enough, typeable and new each time', () => {
  const one = generatePassword().reveal()
  expect(one).toMatch(/^[a-z2-7]{5}(-[a-z2-7]{5}){3}$/)
  expect(one.length).toBeGreaterThanOrEqual(limits.passwordMinLength)
  expect(generatePassword().reveal()).not.toBe(one)
})

describe('a PHC string', () => {
  const phc = {
    cost: { memoryKiB: 65_536, passes: 3, parallelism: 1 },
    salt: Buffer.alloc(16, 1),
    tag: Buffer.alloc(32, 2),
  }
  const text = `$argon2id$v=19$m=65536,t=3,p=1$AQEBAQEBAQEBAQEBAQEBAQ$${'AgIC'.repeat(10)}AgI`

  test('names algorithm, version, cost, salt and tag', () => {
    expect(formatPhc(phc)).toBe(text)
    expect(parsePhc(text)).toEqual(phc)
  })

  test.each([
    ['', 'nothing'],
    [text.replace('argon2id', 'argon2i'), 'another algorithm'],
    [text.replace('v=19', 'v=16'), 'another version'],
    [text.replace('m=65536', 'm=99999999'), 'more memory than there is'],
    [text.replace('AQEB', 'AQ*B'), 'a salt that is no base64'],
    [`${text}A`, 'a tag that is too long'],
    [`${text}\n`, 'a line end'],
    [` ${text}`, 'a space'],
  ])('%j is none: %s', (damaged) => {
    expect(parsePhc(damaged)).toBeUndefined()
  })
})

function countingInto(calls: Parameters<Derive>[]): Derive {
  return async (...call) => {
    calls.push(call)
    const [message, salt, , length] = call
    return Buffer.concat([message, salt, Buffer.alloc(length)]).subarray(0, length)
  }
}
