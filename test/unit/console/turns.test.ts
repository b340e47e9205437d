import { expect, test } from 'vitest'
import { Turns } from '../../../server/console/turns.ts'
import { FakeClock } from '../../fakes/clock.ts'

function manual() {
  const clock = new FakeClock()
  const later: (() => void)[] = []
  const turns = new Turns(clock, (run) => later.push(run))
  return { turns, clock, later, run: () => later.shift()?.() }
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
  turns.afterTurn('flooded', () => order.push('rested'))
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

test('while somebody types, what floods rests after each of its turns', () => {
  const { turns, clock, run } = manual()
  const flood = { rested: 0 }
  const floods = (): void => {
    turns.afterTurn('flooded', () => {
      flood.rested += 1
    })
    run()
  }
  turns.typed('quiet')
  floods()
  expect(flood.rested).toBe(0)
  clock.advance(2)
  expect(flood.rested).toBe(1)
  clock.advance(997)
  floods()
  expect(flood.rested).toBe(1)
  clock.advance(2)
  expect(flood.rested).toBe(2)
  floods()
  expect(flood.rested).toBe(3)
  expect(clock.timers).toBe(0)
})

test('a flood rests for nobody who types on its own console, whose echo comes behind it', () => {
  const { turns, clock, run } = manual()
  const went: string[] = []
  const flood = (on: string) => {
    turns.afterTurn(on, () => went.push(on))
    run()
  }
  turns.typed('one')
  flood('one')
  expect(went).toEqual(['one'])
  flood('other')
  expect(went).toEqual(['one'])
  clock.advance(2)
  expect(went).toEqual(['one', 'other'])
  // Two at once, each on a console of their own: both floods rest.
  turns.typed('other')
  turns.typed('one')
  flood('one')
  flood('other')
  expect(went).toHaveLength(2)
  clock.advance(2)
  expect(went).toHaveLength(4)
  expect(clock.timers).toBe(0)
})

test('while somebody types, viewers that catch up with much rest as well', () => {
  const { turns, clock, later, run } = manual()
  let greedy = 0
  const hog = {
    serve: (budget: number) => {
      greedy += budget
      turns.add(hog)
      return budget
    },
  }
  turns.typed('quiet')
  turns.add(hog)
  run()
  const before = greedy
  expect(later.length).toBe(0)
  clock.advance(2)
  expect(later.length).toBe(1)
  run()
  expect(greedy).toBeGreaterThan(before)
})

test('while somebody types, who has little to hand on does not wait for what rests', () => {
  const { turns, clock, later, run } = manual()
  let rested = 0
  turns.typed('quiet')
  turns.afterTurn('flooded', () => {
    rested += 1
  })
  run()
  let served = 0
  turns.add({ serve: () => ++served })
  expect(later.length).toBe(1)
  run()
  expect([served, rested]).toEqual([1, 0])
  clock.advance(2)
  expect([rested, clock.timers]).toEqual([1, 0])
})

test('nothing goes on after the end', () => {
  const { turns, clock, run } = manual()
  turns.typed('quiet')
  turns.afterTurn('flooded', () => expect.unreachable())
  run()
  turns.close()
  expect(clock.timers).toBe(0)
  clock.advance(2)
})

test('what floods while another rests goes on as well', () => {
  const { turns, clock, run } = manual()
  const went: string[] = []
  turns.typed('quiet')
  turns.afterTurn('flooded', () => went.push('one'))
  run()
  turns.afterTurn('flooded', () => went.push('other'))
  clock.advance(2)
  run()
  clock.advance(2)
  expect(went).toEqual(['one', 'other'])
})
