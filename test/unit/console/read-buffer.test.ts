import { describe, expect, test } from 'vitest'
import { justRead, nextBuffer, readBuffer } from '../../../server/console/read-buffer.ts'

/** Reads as much as fits, over and over; gives how much that was each time. */
function reader() {
  const name = Symbol()
  let buffer = nextBuffer(name, 0)
  return {
    read(available: number): number {
      const length = Math.min(available, buffer.length)
      buffer = nextBuffer(name, length)
      return length
    },
  }
}

const much = 1024 * 1024

describe('what is read at once', () => {
  test('grows where one floods alone, and not for what is little', () => {
    const flood = reader()
    const usual = readBuffer.length
    const lengths = Array.from({ length: 12 }, () => flood.read(much))
    expect(lengths.slice(0, 9)).toEqual(lengths.slice(0, 9).fill(usual))
    expect(lengths.slice(9)).toEqual([4 * usual, 4 * usual, 4 * usual])
    expect([100, much, much].map(flood.read)).toEqual([100, usual, 4 * usual])
  })

  test('stays small where several flood, of which each fills it a few times in its turn', () => {
    const [one, other] = [reader(), reader()]
    for (let turn = 0; turn < 10; turn += 1) {
      for (const each of [one, one, one, one, other]) expect(each.read(much)).toBe(readBuffer.length)
    }
  })

  test('is given as it was read, whatever its length', () => {
    expect([1, 512, 513, 256 * 1024].map((length) => justRead(length).length)).toEqual([
      1,
      512,
      513,
      256 * 1024,
    ])
    expect(justRead(1).buffer).toBe(readBuffer.buffer)
    expect(justRead(1).byteOffset).toBe(readBuffer.byteOffset)
  })
})
