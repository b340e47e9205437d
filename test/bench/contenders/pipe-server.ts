/**
 * usage: node pipe-server.ts
 *
 * The least a program can do: `ws://127.0.0.1:PORT/DEVICE` is tied to that TCP port or program in a terminal, both ways. It writes its
 * own port when it listens.
 */
import { connect } from 'node:net'
import { spawn } from 'node-pty'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Device } from './contender.ts'

/** Bytes a socket may hold before the device has to wait. */
const enough = 1024 * 1024

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.on('listening', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.stdout.write(`port ${address.port}\n`)
})
server.on('connection', (socket, request) => {
  const device: Device = JSON.parse(decodeURIComponent(request.url?.slice(1) ?? ''))
  if (typeof device === 'number') tieTcp(socket, device)
  else tieTerminal(socket, device.argv)
})

function tieTcp(socket: WebSocket, port: number): void {
  const device = connect({ port, host: '127.0.0.1', noDelay: true })
  device.on('data', (bytes) => {
    socket.send(bytes, () => {
      if (device.isPaused() && socket.bufferedAmount < enough / 2) device.resume()
    })
    if (socket.bufferedAmount > enough) device.pause()
  })
  socket.on('message', (bytes: Buffer) => device.write(bytes))
  socket.on('close', () => device.destroy())
  device.on('error', () => socket.close())
}

function tieTerminal(socket: WebSocket, [program, ...args]: [string, ...string[]]): void {
  const terminal = spawn(program, args, { encoding: null })
  let paused = false
  terminal.onData((bytes) => {
    socket.send(bytes, { binary: true }, () => {
      if (!paused || socket.bufferedAmount >= enough / 2) return
      paused = false
      terminal.resume()
    })
    if (paused || socket.bufferedAmount <= enough) return
    paused = true
    terminal.pause()
  })
  socket.on('message', (bytes: Buffer) => terminal.write(bytes))
  socket.on('close', () => terminal.kill())
}
