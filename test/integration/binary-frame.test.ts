import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { writeBinaryFrame } from '../../server/http/binary-frame.ts'

// Each side of every length that has another head or another way out.
const lengths = [0, 1, 125, 126, 1024, 1025, 65_535, 65_536, 256 * 1024]

test('each frame arrives whole and in its place between those of the library', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  await once(server, 'listening')
  const sent: (Error | null | undefined)[] = []
  server.on('connection', (socket, request) => {
    for (const length of lengths) {
      socket.send(`before ${length}`)
      writeBinaryFrame(request.socket, someBytes(length), (error) => sent.push(error))
    }
    socket.close(1000)
  })
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const came: (string | Buffer)[] = []
  client.on('message', (data, binary) => came.push(binary ? (data as Buffer) : String(data)))
  const [code] = await once(client, 'close')
  server.close()
  expect(code).toBe(1000)
  expect(came).toEqual(lengths.flatMap((length) => [`before ${length}`, someBytes(length)]))
  expect(sent).toEqual(lengths.map(() => expect.toSatisfy((error) => error == null)))
})

function someBytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => (at * 31) % 251))
}
