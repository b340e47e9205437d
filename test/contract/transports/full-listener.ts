import { connect, type Socket } from 'node:net'
import { startProcess } from '../../lab/process.ts'

/** Listens, says where, and then sleeps for good without ever accepting. */
const sleeper = `
const server = require('node:net').createServer()
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, server.address().port + '\\n')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})`

/** A loopback port whose queue of connections is full: like behind a firewall that drops packets, nothing answers. */
export async function startFullListener(): Promise<{ port: number; close(): Promise<void> }> {
  const listener = await startProcess({ command: process.execPath, args: ['-e', sleeper] })
  const port = Number((await listener.waitFor(/^\d+/))[0])
  const sockets: Socket[] = []
  for (let next = await tryConnect(port); next !== undefined; next = await tryConnect(port))
    sockets.push(next)
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await listener.close()
  }
  return { port, close }
}

/** Connections that nobody accepts are made all the same, until the queue is full and this finds none within 300 ms. */
function tryConnect(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 300 })
    // Not before the socket is gone: a leak check that comes next shall not count it.
    const giveUp = () => resolve(undefined)
    socket.once('error', () => undefined)
    socket.once('close', giveUp)
    socket.once('timeout', () => socket.destroy())
    socket.once('connect', () => {
      socket.off('close', giveUp)
      socket.setTimeout(0)
      resolve(socket)
    })
  })
}
