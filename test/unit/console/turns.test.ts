import { expect, test } from 'vitest'
import { Turns } from '../../../server/console/turns.ts'

function manual() {
  const later: (() => void)[] = []
  const turns = new Turns((run) => later.push(run))
  return { turns, later, run: () => later.shift()?.() }
}

test('one who always wants more does not keep others waiting', () => {
  const { turns, run } = manual()
  let greedy = 0
  let modest = 0
  const hog = {
    serve: (budget: number) => {
      greedy += budget
      turns.add(hog)
      return budget
    },
  }
  turns.add(hog)
  turns.add({ serve: () => ++modest })
  run()
  expect(modest).toBe(1)
  expect(greedy).toBeLessThanOrEqual(1024 * 1024)
})

test('a turn ends even when nobody in it has bytes', () => {
  const { turns, later, run } = manual()
  let served = 0
  const empty = {
    serve: () => {
      served += 1
      turns.add(empty)
      return 0
    },
  }
  turns.add(empty)
  run()
  expect(served).toBeLessThan(5000)
  expect(later.length).toBe(1)
})

test('what comes and goes at once is enough for a turn at some point, and may go on after the others', () => {
  const { turns, later, run } = manual()
  let spent = 0
  while (turns.spend(64 * 1024)) spent += 64 * 1024
  expect(spent).toBeGreaterThan(0)
  expect(spent).toBeLessThanOrEqual(1024 * 1024)
  const order: string[] = []
  turns.afterTurn(() => order.push('rested'))
  turns.add({ serve: () => order.push('served') })
  expect(later.length).toBe(1)
  run()
  expect(order).toEqual(['served', 'rested'])
  expect(turns.spend(1)).toBe(true)
})

test('little needs no turn at all', () => {
  const { turns, later } = manual()
  for (let key = 0; key < 1000; key++) turns.spend(1)
  expect(later.length).toBe(0)
})
