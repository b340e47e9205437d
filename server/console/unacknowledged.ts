import { readFile } from 'node:fs/promises'
import { isIPv6, type Socket } from 'node:net'
import { endianness } from 'node:os'
import { systemClock, type Timer } from '../base/clock.ts'

/**
 * TCP probes a silent connection (SO_KEEPALIVE), but not while data is on its way: then it repeats the data, and gives up only
 * after about 15 minutes (tcp_retries2). Node cannot set TCP_USER_TIMEOUT, so this looks at what Linux shows of the
 * connection in /proc/net/tcp. On other systems it does nothing.
 */
const lookEveryMs = 5000
/** Three looks in a row: a peer that lost a packet or two has answered by then, and detection stays within 30 s. */
const patienceMs = 3 * lookEveryMs - 500

/** Calls `dead` once when what was written has been repeated without any acknowledgement for about 15 s. */
export function watchUnacknowledged(socket: Socket, dead: () => void): Timer {
  const connection = connectionOf(socket)
  let repeatingSince: number | undefined
  let settledUpTo = 0

  const look = async () => {
    const written = socket.bytesWritten
    if (written === settledUpTo) return
    const progress = await unacknowledged(connection)
    if (socket.destroyed) return
    if (progress === 'none') settledUpTo = written
    if (progress !== 'repeating') {
      repeatingSince = undefined
      return
    }
    const now = systemClock.monotonic()
    repeatingSince ??= now
    if (now - repeatingSince < patienceMs) return
    timer.cancel()
    dead()
  }

  const timer = systemClock.every(lookEveryMs, () => void look())
  return timer
}

/** A connection as its row in /proc/net/tcp or tcp6 begins: `LOCAL:PORT REMOTE:PORT` in hexadecimal. */
interface Connection {
  table: string
  row: string
}

function connectionOf(socket: Socket): Connection {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket
  return {
    table: isIPv6(remoteAddress) ? '/proc/net/tcp6' : '/proc/net/tcp',
    row: `${endpoint(localAddress, localPort)} ${endpoint(remoteAddress, remotePort)} `,
  }
}

export type Unacknowledged = 'none' | 'on-its-way' | 'repeating'

async function unacknowledged({ table, row }: Connection): Promise<Unacknowledged> {
  try {
    return unacknowledgedIn(await readFile(table, 'latin1'), row)
  } catch {
    return 'none'
  }
}

/**
 * What a table like /proc/net/tcp says of a connection (proc_net(5); Documentation/networking/proc_net_tcp.rst): after the
 * addresses come state, `tx_queue:rx_queue`, `timer:when`, retransmits, uid, unanswered zero-window probes, all hexadecimal.
 */
export function unacknowledgedIn(table: string, row: string): Unacknowledged {
  const at = table.indexOf(row)
  if (at < 0) return 'none'
  const [, queues = '', , retransmits = '0', , probes = '0'] = table
    .slice(at + row.length, at + row.length + 120)
    .trim()
    .split(/\s+/)
  if (Number.parseInt(queues, 16) === 0) return 'none'
  return Number.parseInt(retransmits, 16) > 0 || Number.parseInt(probes, 10) > 0 ? 'repeating' : 'on-its-way'
}

/** The kernel prints addresses as 32-bit words in the machine's byte order, and ports as numbers. */
export function endpoint(address: string, port: number, order: 'LE' | 'BE' = endianness()): string {
  const bytes = isIPv6(address) ? ipv6Bytes(address) : address.split('.').map(Number)
  const words = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.slice(4 * index, 4 * index + 4))
  const hex = words
    .map((word) => Buffer.from(order === 'LE' ? word.reverse() : word).toString('hex'))
    .join('')
  return `${hex}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}

function ipv6Bytes(address: string): number[] {
  // The URL parser writes any form of an IPv6 address as hexadecimal groups with at most one `::` (RFC 5952).
  const canonical = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const groups = (text: string | undefined) =>
    text ? text.split(':').map((group) => Number.parseInt(group, 16)) : []
  const [first, last] = [groups(head), groups(tail)]
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
  return all.flatMap((group) => [group >> 8, group & 0xff])
}
