import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type WebSocket from 'ws'
import { numberedLine } from '../../soak/numbered-device.ts'
import { Witness } from '../../soak/witness.ts'

type Frame = string | { attached: number } | { gap: [from: number, to: number] } | { error: string }

/** A witness that has seen these frames, each list on a connection of its own. */
function witnessOf(...connections: Frame[][]): Witness {
  const witness = new Witness()
  for (const frames of connections) {
    const socket = new EventEmitter()
    // As much of a socket as a witness uses that does not acknowledge.
    witness.watch(socket as unknown as WebSocket, { acks: false })
    for (const frame of frames) {
      if (typeof frame === 'string') socket.emit('message', Buffer.from(frame), true)
      else socket.emit('message', Buffer.from(JSON.stringify(messageOf(frame))), false)
    }
  }
  return witness
}

function messageOf(frame: Exclude<Frame, string>): unknown {
  if ('attached' in frame) return { type: 'attached', offset: frame.attached }
  if ('gap' in frame) return { type: 'gap', gap: { from: frame.gap[0], to: frame.gap[1] } }
  return { type: 'error', message: frame.error }
}

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => numberedLine(from + at)).join('')
const ten = lines(0, 10)
const { length } = ten

const right: [what: string, connections: Frame[][]][] = [
  ['whole lines', [[{ attached: 0 }, ten, lines(10, 20)]]],
  ['lines in pieces', [[{ attached: 0 }, ten.slice(0, 70), ten.slice(70)]]],
  [
    'a console that goes on where it was cut',
    [
      [{ attached: 0 }, ten.slice(0, 70)],
      [{ attached: 70 }, ten.slice(70)],
    ],
  ],
  ['a loss that is told', [[{ attached: 0 }, ten, { gap: [length, length + 640] }, lines(20, 30)]]],
  [
    'a loss that cuts a line',
    [[{ attached: 0 }, ten.slice(0, -7), { gap: [length - 7, length] }, lines(10, 20)]],
  ],
]
test.each(right)('%s: no fault', (_, connections) => expect(witnessOf(...connections).faults).toEqual([]))

const wrong: [what: string, connections: Frame[][]][] = [
  ['a line twice', [[{ attached: 0 }, ten, lines(9, 20)]]],
  ['lines out of order', [[{ attached: 0 }, lines(5, 10), lines(0, 5)]]],
  ['a line missing, and no gap', [[{ attached: 0 }, ten, lines(11, 20)]]],
  ['a byte missing', [[{ attached: 0 }, ten.slice(0, 70), ten.slice(71)]]],
  ['a byte twice', [[{ attached: 0 }, ten.slice(0, 70), ten.slice(69)]]],
  ['a wrong byte', [[{ attached: 0 }, ten.replace('3', '4')]]],
  [
    'a byte twice over a cut',
    [
      [{ attached: 0 }, ten.slice(0, 70)],
      [{ attached: 69 }, ten.slice(69)],
    ],
  ],
  [
    'a byte missing over a cut',
    [
      [{ attached: 0 }, ten.slice(0, 70)],
      [{ attached: 71 }, ten.slice(71)],
    ],
  ],
  [
    'offsets that begin anew',
    [
      [{ attached: 0 }, ten],
      [{ attached: 0 }, ten],
    ],
  ],
  ['a gap that goes back', [[{ attached: 0 }, ten, { gap: [0, length - 64] }, lines(10, 20)]]],
  ['a line again behind a gap', [[{ attached: 0 }, ten, { gap: [length, length] }, lines(9, 20)]]],
  ['an error', [[{ attached: 0 }, { error: 'no' }]]],
]
test.each(wrong)('%s: a fault', (_, connections) => expect(witnessOf(...connections).faults).not.toEqual([]))

test('history that differs from what was seen is found by its block', () => {
  const much = lines(0, 4096)
  const at = 64 * 1024 + 5
  const other = `${much.slice(0, at)}${much[at] === '0' ? '1' : '0'}${much.slice(at + 1)}`
  const seen = witnessOf([{ attached: 0 }, much])
  expect(seen.compare(witnessOf([{ attached: 0 }, much]))).toEqual({ compared: 4, different: [] })
  expect(seen.compare(witnessOf([{ attached: 0 }, other]))).toEqual({ compared: 4, different: [64 * 1024] })
})
