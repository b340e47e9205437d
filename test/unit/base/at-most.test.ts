import { expect, test } from 'vitest'
import { atMost } from '../../../server/base/at-most.ts'

test('runs no more than so many at a time, in order, and goes on after a failure', async () => {
  const run = atMost(2)
  let running = 0
  let most = 0
  const begun: number[] = []
  const work = (at: number) => async (): Promise<number> => {
    begun.push(at)
    running += 1
    most = Math.max(most, running)
    for (let turn = 0; turn < at % 3; turn++) await Promise.resolve()
    running -= 1
    if (at === 3) throw new Error('three')
    return at
  }
  const results = await Promise.allSettled(Array.from({ length: 10 }, (_, at) => run(work(at))))
  expect(most).toBe(2)
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(results.map(({ status }) => status).filter((status) => status === 'rejected').length).toBe(1)
})

test('one that comes just when another leaves waits for its turn', async () => {
  const run = atMost(1)
  let running = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running)
    await Promise.resolve()
    running -= 1
  }
  const first = run(work).then(() => run(work))
  await Promise.all([first, run(work), run(work)])
  expect(most).toBe(1)
})
