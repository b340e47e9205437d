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

/** Connections that are looked at, all of them at the same times: a timer each was a twentieth of what a thousand quiet ones cost. */
const watched = new Set<Watch>()
let looking: Timer | undefined

/** Calls `dead` once when what was written has been repeated without any acknowledgement for about 15 s. */
export function watchUnacknowledged(socket: Socket, dead: () => void): Timer {
  const watch = new Watch(socket, dead)
  watched.add(watch)
  looking ??= systemClock.every(lookEveryMs, () => void lookAtAll())
  return { cancel: () => drop(watch) }
}

function drop(watch: Watch): void {
  watched.delete(watch)
  if (watched.size > 0) return
  looking?.cancel()
  looking = undefined
}

let underWay = false

/** What an older look finds says nothing of what was written since: one at a time. */
async function lookAtAll(): Promise<void> {
  if (underWay) return
  underWay = true
  try {
    const waiting = [...watched].filter((watch) => watch.waits)
    // What the kernel shows is of all connections, however many of them are asked for.
    for (const [table, watches] of Map.groupBy(waiting, ({ connection }) => connection.table)) {
      const shown = await readFile(table, 'latin1').catch(() => '')
      for (const watch of watches) watch.look(shown)
    }
  } finally {
    underWay = false
  }
}

class Watch {
  readonly #socket: Socket
  readonly #dead: () => void
  #connection: Connection | undefined
  #repeatingSince: number | undefined
  #settledUpTo = 0
  /** What had been written when it was last asked whether that has arrived. */
  #askedAt = 0

  constructor(socket: Socket, dead: () => void) {
    this.#socket = socket
    this.#dead = dead
  }

  get connection(): Connection {
    this.#connection ??= connectionOf(this.#socket)
    return this.#connection
  }

  /** Whether something was written of which nobody knows that it has arrived. */
  get waits(): boolean {
    this.#askedAt = this.#socket.bytesWritten
    return this.#askedAt !== this.#settledUpTo
  }

  look(table: string): void {
    if (!watched.has(this)) return
    const progress = unacknowledgedIn(table, this.connection.row)
    if (progress === 'none') this.#settledUpTo = this.#askedAt
    if (progress !== 'repeating') {
      this.#repeatingSince = undefined
      return
    }
    const now = systemClock.monotonic()
    this.#repeatingSince ??= now
    if (now - this.#repeatingSince < patienceMs) return
    drop(this)
    this.#dead()
  }
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
