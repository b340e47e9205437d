import { expect, test } from 'vitest'
import { Credit } from '../../../server/console/credit.ts'

test('credit is what is not in flight', () => {
  const credit = new Credit(1000, 50)
  expect(credit.room(50)).toBe(1000)
  expect(credit.room(450)).toBe(600)
  credit.ack(250, 450)
  expect(credit.room(450)).toBe(800)
})

test('bytes that were skipped are not in flight, whichever way they are acknowledged', () => {
  const credit = new Credit(1000, 0)
  credit.skip(100, 1_000_000)
  expect(credit.room(1_000_010)).toBe(1000 - 110)
  credit.ack(100, 1_000_010)
  expect(credit.room(1_000_010)).toBe(1000 - 10)
  credit.ack(500, 1_000_010)
  expect(credit.room(1_000_010)).toBe(1000 - 10)
  credit.ack(1_000_010, 1_000_010)
  expect(credit.room(1_000_010)).toBe(1000)
})

test('an ack of more than was sent, or of less than before, changes nothing', () => {
  const credit = new Credit(1000, 0)
  credit.ack(Number.MAX_SAFE_INTEGER, 300)
  expect(credit.room(300)).toBe(1000)
  credit.ack(0, 400)
  expect(credit.room(400)).toBe(900)
})
