import { beforeEach, describe, expect, test } from 'vitest'
import { InputRate, LinkInput } from '../../../server/console/input-gate.ts'
import type { Link } from '../../../server/console/transport.ts'
import { limits } from '../../../server/contract/limits.ts'
import { FakeClock } from '../../fakes/clock.ts'

describe('how fast one may type', () => {
  let clock: FakeClock
  let rate: InputRate
  beforeEach(() => {
    clock = new FakeClock()
    rate = new InputRate(clock, 64 * 1024)
  })

  test('a second at once, then what time gives', () => {
    for (let frame = 0; frame < 4; frame++) rate.take(limits.inputFrameBytes)
    expect(() => rate.take(1)).toThrow(expect.objectContaining({ code: 'input-rate' }))
    clock.advance(250)
    rate.take(limits.inputFrameBytes)
    expect(() => rate.take(1)).toThrow('1 bytes were not sent')
  })

  test('what is refused does not count', () => {
    for (let frame = 0; frame < 4; frame++) rate.take(limits.inputFrameBytes)
    for (let count = 0; count < 100; count++) expect(() => rate.take(16_384)).toThrow()
    clock.advance(1000)
    for (let frame = 0; frame < 4; frame++) rate.take(limits.inputFrameBytes)
  })

  test('a pause gives no more than a second', () => {
    clock.advance(3_600_000)
    for (let frame = 0; frame < 4; frame++) rate.take(limits.inputFrameBytes)
    expect(() => rate.take(1)).toThrow()
  })

  test('one whole frame passes even where the rate is lower than a frame', () => {
    new InputRate(clock, 100).take(limits.inputFrameBytes)
  })
})

describe('a link that takes no more', () => {
  let taken: number
  let drain: () => void
  let full: boolean
  let link: Link
  const bytes = new Uint8Array(16 * 1024)
  beforeEach(() => {
    taken = 0
    full = false
    link = {
      breakSupported: false,
      write: (chunk) => {
        taken += chunk.length
        return !full
      },
      drained: () => new Promise((resolve) => (drain = resolve)),
      sendBreak: async () => undefined,
      close: async () => undefined,
    }
  })

  test('is typed at for a paste, then no more until it has drained', async () => {
    const input = new LinkInput()
    full = true
    for (let frame = 0; frame < 4; frame++) input.write(link, bytes)
    expect(() => input.write(link, bytes)).toThrow(/16384 bytes were not sent/)
    expect(taken).toBe(64 * 1024)
    full = false
    drain()
    await Promise.resolve()
    for (let frame = 0; frame < 100; frame++) input.write(link, bytes)
    expect(taken).toBe(104 * 16 * 1024)
  })

  test('says nothing of the next link', () => {
    const input = new LinkInput()
    full = true
    for (let frame = 0; frame < 4; frame++) input.write(link, bytes)
    expect(() => input.write(link, bytes)).toThrow()
    input.write({ ...link }, bytes)
  })
})
