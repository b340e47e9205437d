import { expect, test } from 'vitest'
import { Batches } from '../../../server/audit/batches.ts'

test('what arrives in one turn is written together and in order', async () => {
  const written: number[][] = []
  const batches = new Batches<number>(async (items) => void written.push(items))
  await Promise.all([1, 2, 3].map((item) => batches.add(item)))
  await batches.add(4)
  expect(written).toEqual([[1, 2, 3], [4]])
})

test('what arrives while others are written waits for its own', async () => {
  const written: number[][] = []
  const first = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const batches = new Batches<number>(async (items) => {
    written.push(items)
    begun.resolve()
    if (written.length === 1) await first.promise
  })
  const one = batches.add(1)
  await begun.promise
  const late = Promise.all([batches.add(2), batches.add(3)])
  expect(written).toEqual([[1]])
  first.resolve()
  await Promise.all([one, late])
  expect(written).toEqual([[1], [2, 3]])
})

test('one that cannot be written fails alone', async () => {
  const written: number[] = []
  const batches = new Batches<number>(async (items) => {
    if (items.includes(2)) throw new Error('no room')
    written.push(...items)
  })
  const outcomes = await Promise.allSettled([1, 2, 3].map((item) => batches.add(item)))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(written).toEqual([1, 3])
})

test('a hundred at once are written in a few pieces, none left out', async () => {
  const written: number[][] = []
  const batches = new Batches<number>(async (items) => void written.push(items))
  const all = Array.from({ length: 100 }, (_, at) => at)
  await Promise.all(all.map((item) => batches.add(item)))
  expect(written.flat()).toEqual(all)
  expect(written.length).toBeLessThan(100)
})
