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
  test('grows where one floods, and is what it was when the flood is over', () => {
    const flood = reader()
    const usual = readBuffer.length
    expect([much, much, much, much].map(flood.read)).toEqual([usual, usual, 4 * usual, 4 * usual])
    expect([100, much, much].map(flood.read)).toEqual([100, usual, 4 * usual])
  })

  test('stays small where several flood', () => {
    const [one, other] = [reader(), reader()]
    for (let turn = 0; turn < 10; turn += 1) {
      expect(one.read(much)).toBe(readBuffer.length)
      expect(other.read(much)).toBe(readBuffer.length)
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
