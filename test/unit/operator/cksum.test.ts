import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cksum } from '../../../server/operator/cksum.ts'

test('says what cksum says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const { stdout } = spawnSync('cksum', { input: Buffer.from(bytes), encoding: 'latin1' })
      expect(stdout.split(' ')[0]).toBe(String(cksum(bytes)))
    }),
    { numRuns: 30 },
  )
})
