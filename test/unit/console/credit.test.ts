import { expect, test } from 'vitest'
import { Credit } from '../../../server/console/credit.ts'

const from = (position: number) => new Credit({ least: 1000, most: 4000, position })

test('credit is what is not in flight', () => {
  const credit = from(50)
  expect(credit.room(50)).toBe(1000)
  expect(credit.room(450)).toBe(600)
  credit.ack(250, 450, 0)
  expect(credit.room(450)).toBe(800)
})

test('bytes that were skipped are not in flight, whichever way they are acknowledged', () => {
  const credit = from(0)
  credit.skip(100, 1_000_000)
  expect(credit.room(1_000_010)).toBe(1000 - 110)
  credit.ack(100, 1_000_010, 0)
  expect(credit.room(1_000_010)).toBe(1000 - 10)
  credit.ack(500, 1_000_010, 0)
  expect(credit.room(1_000_010)).toBe(1000 - 10)
  credit.ack(1_000_010, 1_000_010, 0)
  expect(credit.room(1_000_010)).toBe(1000)
})

test('an ack of more than was sent, or of less than before, changes nothing', () => {
  const credit = from(0)
  credit.ack(Number.MAX_SAFE_INTEGER, 300, 0)
  expect(credit.room(300)).toBe(1000)
  credit.ack(0, 400, 0)
  expect(credit.room(400)).toBe(900)
})

test('who reads fast may have more in flight, up to a bound, and less again when it is slow', () => {
  const credit = from(0)
  let at = 0
  const read = (bytes: number, ms: number): void => {
    for (let now = 0; now < ms; now += 10) {
      at += (bytes * 10) / ms
      clock += 10
      credit.ack(at, at, clock)
    }
  }
  let clock = 0
  const inFlight = (): number => credit.room(at)
  expect(inFlight()).toBe(1000)
  read(20_000, 1000)
  expect(inFlight()).toBeGreaterThan(1900)
  expect(inFlight()).toBeLessThan(2200)
  read(1_000_000, 1000)
  expect(inFlight()).toBe(4000)
  read(100, 1000)
  expect(inFlight()).toBe(1000)
})

test('what is skipped was not read', () => {
  const credit = from(0)
  credit.ack(1, 1, 0)
  credit.skip(1, 10_000_000)
  credit.ack(10_000_000, 10_000_000, 100)
  expect(credit.room(10_000_000)).toBe(1000)
})

test('credit is whole bytes, whatever the rate', () => {
  const credit = from(0)
  credit.ack(0, 0, 0)
  credit.ack(1000, 1000, 70.3)
  expect(credit.room(1000)).toBe(Math.floor(credit.room(1000)))
  expect(credit.room(1000)).toBeGreaterThan(1000)
})
