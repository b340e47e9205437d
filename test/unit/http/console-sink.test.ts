import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { ServerMessage } from '../../../server/contract/console.ts'
import { sendMessage, socketSink } from '../../../server/http/console-sink.ts'

const told: ServerMessage = { type: 'viewers', viewers: [] }

describe('a viewer that reads nothing', () => {
  test('is told things for a while, and then cut off', () => {
    const sent: string[] = []
    let cut = false
    const socket = {
      bufferedAmount: 0,
      send(text: string) {
        sent.push(text)
        socket.bufferedAmount += text.length
      },
      terminate() {
        cut = true
      },
    }
    sendMessage(socket, told)
    expect(sent).toEqual([JSON.stringify(told)])
    for (let at = 0; !cut && at < 1_000_000; at += 1) sendMessage(socket, told)
    expect(cut).toBe(true)
    expect(socket.bufferedAmount).toBeLessThan(8 * 1024 * 1024)
  })
})

test('a viewer that is leaving is sent no more bytes, and takes no more', () => {
  const stream = new PassThrough()
  const socket = {
    OPEN: 1 as const,
    readyState: 2 as const,
    bufferedAmount: 0,
    send: () => undefined,
    close: () => undefined,
    terminate: () => undefined,
  }
  const sink = socketSink(socket, { stream, attachment: () => undefined, sent: () => undefined })
  let released = false
  const takesMore = sink.bytes(Buffer.from('late'), () => {
    released = true
  })
  expect({ takesMore, released, written: stream.readableLength }).toEqual({
    takesMore: false,
    released: true,
    written: 0,
  })
})
