import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isSumOf, shownSum } from '../../../server/inject/program/sum.ts'
import { cksum } from '../../../server/operator/cksum.ts'

const bytes = Buffer.from('ssh-ed25519 AAAA\n\0\xff', 'latin1')
const hash = (name: string) => createHash(name).update(bytes).digest('hex')

/** As `k` of the program prints them. */
const sums: [string, string, string | null][] = [
  ['cksum', `${cksum(bytes)} ${bytes.length}`, `cksum ${cksum(bytes)}`],
  ['md5sum', `${hash('md5')} -`, `md5 ${hash('md5')}`],
  ['sha256sum', `${hash('sha256')} -`, `sha256 ${hash('sha256')}`],
  ['wc', `${bytes.length}`, null],
]

describe.each(sums)('a checksum by %s', (_, sum, shown) => {
  test('is known to be that of its bytes, and of no others', () => {
    expect(isSumOf(sum, bytes)).toBe(true)
    expect(isSumOf(sum, Buffer.concat([bytes, Buffer.of(0)]))).toBe(false)
    const other = Buffer.from(bytes).fill('S', 0, 1)
    // Whoever has nothing but wc sees only the size.
    expect(isSumOf(sum, other)).toBe(shown === null)
  })

  test('is shown with the name of its tool', () => {
    expect(shownSum(sum)).toBe(shown)
  })
})

test('where there is none, none is shown', () => {
  expect([shownSum(undefined), shownSum(''), shownSum('-')]).toEqual([null, null, null])
})
