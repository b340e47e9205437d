import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Incoming, Target, ViewerLink } from './target.ts'

const user = 'bench'
/** What conserver's own client sends after `[attached]` to be connected, as its default escape sequence. */
const connectMe = '\x05c;'

/** Attaches as conserver's `console` program does: the master tells the port, the process there the console. */
export async function openConserver(
  { port, console }: Extract<Target, { kind: 'conserver' }>,
  incoming: Incoming,
): Promise<ViewerLink> {
  const master = await signedIn(port)
  const group = Number(await answer(master, `call ${console}\r\n`))
  master.destroy()
  if (!(group > 0)) throw new Error(`conserver knows no console ${console}.`)
  const socket = await signedIn(group)
  const attached = await answer(socket, `call ${console}\r\n`)
  if (!attached.startsWith('[attached]')) throw new Error(`conserver said: ${attached}`)
  await answer(socket, connectMe)
  socket.on('error', () => undefined)
  // Data is sent as it is but for 0xFF, which the bench's devices do not print.
  socket.on('data', (chunk) => incoming.bytes(chunk))
  return {
    type: (bytes) => void socket.write(bytes),
    toEnd: () => undefined,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => void socket.destroy(),
  }
}

async function signedIn(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const hello = await answer(socket, '')
  const welcome = await answer(socket, `login ${user}\r\n`)
  if (!hello.startsWith('ok') || !welcome.startsWith('ok')) {
    throw new Error(`conserver said: ${hello}${welcome}`)
  }
  return socket
}

/** Sends a command and gives the line that answers it. */
async function answer(socket: Socket, command: string): Promise<string> {
  if (command !== '') socket.write(command)
  const ended = once(socket, 'close').then(() => {
    throw new Error('conserver hung up.')
  })
  ended.catch(() => undefined)
  let line = ''
  while (!line.endsWith('\n')) {
    const [chunk] = await Promise.race([once(socket, 'data'), ended])
    line += chunk.toString('latin1')
  }
  return line.trim()
}
