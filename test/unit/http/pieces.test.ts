import { Writable } from 'node:stream'
import type { Response } from 'express'
import { expect, test } from 'vitest'
import { createLog } from '../../../server/base/log.ts'
import { sendPieces } from '../../../server/http/pieces.ts'
import { FakeClock } from '../../fakes/clock.ts'

const log = createLog('error', { write: () => undefined })

/** A visitor who takes one piece, and the others when the test says so. */
function visitor() {
  const waiting: (() => void)[] = []
  const response = new Writable({
    highWaterMark: 1,
    decodeStrings: false,
    write: (_piece, _encoding, taken) => void waiting.push(taken),
  })
  return { response: response as unknown as Response, waiting }
}

async function* endless(ended: () => void): AsyncGenerator<string> {
  try {
    for (;;) yield 'piece'
  } finally {
    ended()
  }
}

test('who reads nothing for a minute is cut off, and leaves room for others', async () => {
  const clock = new FakeClock()
  const { response, waiting } = visitor()
  let over = false
  const sent = sendPieces(
    response,
    endless(() => (over = true)),
    { clock, log },
  )
  await expect.poll(() => waiting.length).toBe(1)
  clock.advance(59_000)
  waiting.shift()?.()
  await expect.poll(() => waiting.length).toBe(1)
  clock.advance(59_000)
  expect([over, response.destroyed]).toEqual([false, false])
  clock.advance(1000)
  await sent
  expect([over, response.destroyed, clock.timers]).toEqual([true, true, 0])
})
