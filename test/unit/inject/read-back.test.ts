import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { stoodAsWritten } from '../../../server/inject/read-back.ts'
import { cksum } from '../../../server/operator/cksum.ts'

const data = Buffer.from('ssh-ed25519 AAAA\n')
const sumOf = (text: string | Uint8Array) => `${cksum(Buffer.from(text))} ${text.length}`
const md5Of = (text: string | Uint8Array) => `${createHash('md5').update(text).digest('hex')} -`

test.each<[string, string | undefined, string, string, boolean]>([
  ['all is as it was', sumOf('old\n'), sumOf('old\n'), sumOf(data), true],
  ['the device counts otherwise', md5Of('old\n'), md5Of('old\n'), md5Of(data), true],
  ['there was no file', undefined, sumOf(''), sumOf(data), true],
  ['the device cannot tell', sumOf('old\n'), '-', '-', true],
  ['what stood there is another', sumOf('old\n'), sumOf('new\n'), sumOf(data), false],
  ['it is longer', sumOf('old\n'), sumOf('old\nmore\n'), sumOf(data), false],
  ['there is a file where none was', undefined, sumOf('new\n'), sumOf(data), false],
  [
    'another line stands where ours should',
    sumOf('old\n'),
    sumOf('old\n'),
    sumOf('ssh-ed25519 BBBB\n'),
    false,
  ],
  ['ours are cut', sumOf('old\n'), sumOf('old\n'), sumOf(data.subarray(1)), false],
])('when %s', (_, sum, before, ours, as) => {
  expect(stoodAsWritten({ sum, data }, { before, ours })).toBe(as)
})
