import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textOf } from '../../../../server/contract/public-key/clean-text.ts'
import { publicPartOfPpk } from '../../../../server/contract/public-key/ppk.ts'
import { findPrivateKey } from '../../../../server/contract/public-key/private-key.ts'
import { readPublicKey } from '../../../../server/contract/public-key/read.ts'
import { splitKeys } from '../../../../server/contract/public-key/split.ts'
import { keyRefusalCodes } from '../../../../server/contract/public-key/types.ts'

const MB = 1024 * 1024

/** Repeated, each of them would be slow in a reader that goes back or looks twice. */
const repeated = [
  ' ',
  '\n',
  '\t\n',
  '-',
  '- ',
  '-----',
  'BEGIN ',
  'BEGIN A',
  '-----BEGIN PUBLIC KEY-----\n',
  '-----END PUBLIC KEY-----\n',
  '---- BEGIN SSH2 PUBLIC KEY ----\nComment: "',
  'Comment: a\\\n',
  'a:\n',
  'x: y\\',
  'ssh-',
  'ssh-rsa ',
  'ssh-rsa AAAA\n',
  ' ssh-rsa',
  ',ssh-rsa\t',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5',
  'A',
  'AAAA\n',
  'A\n',
  'A ',
  '=',
  '==\n',
  'M',
  'MII',
  'M ',
  'MII\n',
  'P2/56',
  '"d":"',
  'd="',
  '{"d":',
  '{',
  '[',
  '[{',
  '{"a":[',
  '\\u00',
  '\\u0041',
  '\0',
  's\0',
  '\u200b',
  '\u00a0',
  '\ufffd',
  '\ud800',
  '#\n',
  '"',
  '\\',
  'Private-Lines: 1\n',
  'PuTTY-User-Key-File-2: ssh-rsa\n',
  '1 ',
  '2048 65537 ',
  'from="',
  '%20',
  'PRIVATE',
  'BEGINPRIVATE',
  'é',
  '\u2028',
  '\r',
  '\r\n',
  'b3BlbnNzaC1rZXktdjE',
]

describe('no text at all makes the reader throw:', () => {
  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => everything(bytes)))
  })

  test('pieces of keys in any order', () => {
    const piece = fc.oneof(fc.constantFrom(...repeated), fc.string({ maxLength: 5 }))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => everything(Buffer.from(pieces.join('')))),
      { numRuns: 500 },
    )
  })

  test('a megabyte of random bytes', () => {
    const bytes = fc.sample(fc.uint8Array({ minLength: 4096, maxLength: 4096, size: 'max' }), 256)
    everything(Buffer.concat(bytes))
  })

  test('JSON as deep as it is long', () => {
    everything(Buffer.from(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`))
    everything(Buffer.from(`${'['.repeat(500_000)}${']'.repeat(500_000)}`))
    everything(Buffer.from(`{"keys":[${'{"kty":"RSA"},'.repeat(50_000)}{}]}`))
  })
})

/**
 * Processor time, so that other programs do not count. Four times the text may take four times as long and a bit; what goes over
 * the text again for each part of it takes sixteen times as long, which is seconds here.
 */
describe('time grows with the text, and not faster, for repeated', () => {
  test.each(repeated)('%j', (piece) => {
    const long = Buffer.from(piece.repeat(Math.ceil(MB / 8 / Buffer.byteLength(piece))))
    const short = long.subarray(0, long.length / 4)
    const shortMs = cpuMs(short)
    expect(cpuMs(long)).toBeLessThan(Math.max(10 * shortMs, 200))
  })
})

function everything(bytes: Uint8Array): void {
  const text = textOf(bytes)
  for (const input of [text, Buffer.from(bytes).toString('latin1')]) {
    const reading = readPublicKey(input)
    if (!reading.ok) expect(keyRefusalCodes).toContain(reading.refusal.code)
    splitKeys(input)
    publicPartOfPpk(input)
  }
  findPrivateKey(bytes)
}

function cpuMs(bytes: Uint8Array): number {
  const before = process.cpuUsage()
  everything(bytes)
  return process.cpuUsage(before).user / 1000
}
