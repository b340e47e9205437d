import { crc32 as ofZlib } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { crc32 } from '../../../../server/console/history/checksum.ts'

test('is the CRC-32 that everybody knows', () => {
  // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  expect(crc32('123456789')).toBe(0xcbf43926)
})

test.each([0, 1, 100, 16 * 1024 - 1, 16 * 1024, 300_000])(
  'is the same for much and for little: %i bytes',
  (length) => {
    const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 7 + (at >> 8) * 13) & 255))
    expect(crc32(bytes)).toBe(ofZlib(bytes))
    expect(crc32(bytes, 0xdeadbeef)).toBe(ofZlib(bytes, 0xdeadbeef))
    const half = Math.floor(length / 2)
    expect(crc32(bytes.subarray(half), crc32(bytes.subarray(0, half)))).toBe(ofZlib(bytes))
  },
)

test('is the same where there is no native code for the platform', async () => {
  const asked: string[] = []
  vi.resetModules()
  vi.doMock('node:module', () => ({
    createRequire: () => (name: string) => {
      asked.push(name)
      throw new Error(`There is no ${name} here.`)
    },
  }))
  const elsewhere = await import('../../../../server/console/history/checksum.ts')
  const bytes = Buffer.alloc(300_000, 'much')
  expect([elsewhere.crc32(bytes), elsewhere.crc32(bytes, 1)]).toEqual([ofZlib(bytes), ofZlib(bytes, 1)])
  expect(asked).toEqual(['@node-rs/crc32'])
  vi.doUnmock('node:module')
})
