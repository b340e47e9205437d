import { expect, test } from 'vitest'
import { idsOf, moved, wallOf, wallSearch } from '../../../client/web/wall/search.ts'

const id = (letter: string) => `dev_${letter.repeat(20)}`
const [a, b, c] = [id('a'), id('b'), id('c')]

test('the address of a wall names its devices in order', () => {
  expect(wallOf([a, b])).toEqual({ devices: `${a},${b}` })
  expect(idsOf({ devices: `${a},${b}` })).toEqual([a, b])
  expect(wallOf([])).toEqual({})
  expect(idsOf({})).toEqual([])
})

test('an address that somebody wrote by hand shows what it can: no id twice, nothing that is none, sixteen at most', () => {
  expect(wallSearch({ devices: `${a},nonsense,${a},,${b}` })).toEqual({ devices: `${a},${b}` })
  expect(wallSearch({ devices: 7 })).toEqual({})
  const many = Array.from('abcdefghijklmnopqrstuv', id)
  expect(idsOf({ devices: many.join(',') })).toEqual(many.slice(0, 16))
  expect(idsOf(wallOf(many))).toHaveLength(16)
})

test.each([
  [a, 1, [b, a, c]],
  [a, 2, [b, c, a]],
  [c, -1, [a, c, b]],
  [c, -9, [c, a, b]],
  [a, -1, [a, b, c]],
  [id('z'), 1, [a, b, c]],
])('a tile moves as far as there are places: %s by %i', (one, by, order) => {
  expect(moved([a, b, c], one, by)).toEqual(order)
})
