import { expect, test } from 'vitest'
import { deviceQueue } from '../../../server/inject/device-queue.ts'

/** Work that ends when it is told to, and says when it has begun. */
function work() {
  const begun: string[] = []
  const ends = new Map<string, PromiseWithResolvers<void>>()
  return {
    begun,
    of: (name: string) => () => {
      begun.push(name)
      const end = Promise.withResolvers<void>()
      ends.set(name, end)
      return end.promise
    },
    end: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('one piece of work for a device at a time, in order, and so many devices', async () => {
  const queue = deviceQueue(2)
  const { begun, of, end, fail } = work()
  const first = queue('a', of('a1'))
  const all = [queue('a', of('a2')), queue('b', of('b1')), queue('c', of('c1'))]
  await turn()
  // Who waits for a device takes no place from others.
  expect(begun).toEqual(['a1', 'b1'])
  fail('a1')
  await expect(first).rejects.toThrow('a1')
  await turn()
  expect(begun).toEqual(['a1', 'b1', 'c1'])
  end('b1')
  await turn()
  expect(begun).toEqual(['a1', 'b1', 'c1', 'a2'])
  for (const name of ['c1', 'a2']) end(name)
  await Promise.all(all)
})
