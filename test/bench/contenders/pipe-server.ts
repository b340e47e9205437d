/**
 * usage: node pipe-server.ts
 *
 * The least a program can do: `ws://127.0.0.1:PORT/DEVICE-PORT` is tied to that TCP port, both ways. It writes its own port when it listens.
 */
import { connect } from 'node:net'
import { WebSocketServer } from 'ws'

/** Bytes a socket may hold before the device has to wait. */
const enough = 1024 * 1024

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.on('listening', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.stdout.write(`port ${address.port}\n`)
})
server.on('connection', (socket, request) => {
  const device = connect({ port: Number(request.url?.slice(1)), host: '127.0.0.1', noDelay: true })
  device.on('data', (bytes) => {
    socket.send(bytes, () => {
      if (device.isPaused() && socket.bufferedAmount < enough / 2) device.resume()
    })
    if (socket.bufferedAmount > enough) device.pause()
  })
  socket.on('message', (bytes: Buffer) => device.write(bytes))
  socket.on('close', () => device.destroy())
  device.on('error', () => socket.close())
})
