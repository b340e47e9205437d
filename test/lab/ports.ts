import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'

/** Below Linux's ephemeral range (32768 on), where a client's outgoing connection could take the port from a daemon that starts later. */
const lowest = 12_000
const highest = 32_000
const attempts = 200

const given = new Set<number>()

/**
 * A loopback port free for TCP and UDP alike, for daemons that cannot bind port 0 and say what they got; `preferred` if it is free.
 * Never given twice by one process.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
  }
  throw new Error(`No free loopback port between ${lowest} and ${highest} in ${attempts} attempts.`)
}

/** Resolves when a TCP connection to loopback is accepted; rejects after `timeoutMs` or when `gaveUp` says why. */
export async function waitForTcp(
  port: number,
  options: { timeoutMs?: number; gaveUp?: () => string | undefined } = {},
) {
  const deadline = Date.now() + (options.timeoutMs ?? 30_000)
  while (!(await accepts(port))) {
    const reason = options.gaveUp?.() ?? (Date.now() > deadline ? 'time is up' : undefined)
    if (reason !== undefined) throw new Error(`Nothing accepts connections on 127.0.0.1:${port}: ${reason}`)
    await pollPause()
  }
}

/** Between two looks at something outside this process that sends no event when it changes. */
export function pollPause(milliseconds = 25): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let accepted = false
    socket.once('connect', () => {
      accepted = true
      socket.destroy()
    })
    socket.once('error', () => undefined)
    // Not before the socket is gone: whoever counts sockets next shall not count this one.
    socket.once('close', () => resolve(accepted))
  })
}

async function isFree(port: number): Promise<boolean> {
  return (await tcpIsFree(port)) && (await udpIsFree(port))
}

function tcpIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)))
  })
}

function udpIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => resolve(false))
    socket.bind({ port, address: '127.0.0.1' }, () => socket.close(() => resolve(true)))
  })
}
