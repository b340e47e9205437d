import type { LinkClock, Socket, SocketEvents, Verdict } from '../../../client/web/console/link.ts'
import type { View } from '../../../client/web/console/session.ts'
import type { ClientMessage, ServerMessage, Viewer } from '../../../server/contract/console.ts'

/** A clock that stands until it is moved. */
export class FakeClock implements LinkClock {
  #now = 1_000_000
  #timers: { at: number; run: () => void }[] = []

  readonly now = (): number => this.#now

  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + ms, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }

  get pending(): number {
    return this.#timers.length
  }

  pass(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter((one) => one !== next)
      this.#now = next.at
      next.run()
    }
    this.#now = end
  }
}

/** The gateway's end of the sockets that a link opens. */
export class FakeGateway {
  readonly opened: {
    from: number | null
    events: SocketEvents
    sent: (string | Uint8Array)[]
    closed: boolean
  }[] = []

  readonly open = (from: number | null, events: SocketEvents): Socket => {
    const socket = { from, events, sent: [] as (string | Uint8Array)[], closed: false }
    this.opened.push(socket)
    return {
      send: (data) => socket.sent.push(data),
      close: () => {
        socket.closed = true
      },
    }
  }

  get last() {
    const socket = this.opened.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }

  say(message: ServerMessage | Record<string, unknown>): void {
    this.last.events.message(JSON.stringify(message))
  }

  print(bytes: Uint8Array | string): void {
    this.last.events.message(Uint8Array.from(Buffer.from(bytes)).buffer)
  }

  drop(code = 1006): void {
    this.last.events.closed(code)
  }

  attach(more: Partial<Extract<ServerMessage, { type: 'attached' }>> = {}): void {
    this.say({ ...attached, ...more })
  }

  /** The control messages that this page sent on the last socket. */
  heard(): ClientMessage[] {
    return this.last.sent.flatMap((data) => (typeof data === 'string' ? [JSON.parse(data)] : []))
  }

  typed(): string {
    return Buffer.concat(this.last.sent.flatMap((data) => (typeof data === 'string' ? [] : [data]))).toString(
      'utf8',
    )
  }
}

/** A terminal that parses only when it is told to. */
export class FakeView implements View {
  readonly done: string[] = []
  #waiting: (() => void)[] = []

  write(bytes: Uint8Array, parsed: () => void): void {
    this.#waiting.push(() => {
      this.done.push(Buffer.from(bytes).toString('latin1'))
      parsed()
    })
  }

  divide(label: string, parsed: () => void): void {
    this.#waiting.push(() => {
      this.done.push(`--${label}--`)
      parsed()
    })
  }

  resize({ rows, cols }: { rows: number; cols: number }): void {
    this.done.push(`${cols}x${rows}`)
  }

  clear(): void {
    this.done.push('clear')
  }

  draw(screen: string, drawn: () => void): void {
    this.#waiting.push(() => {
      this.done.push(`drawn: ${screen}`)
      drawn()
    })
  }

  parse(): void {
    for (const run of this.#waiting.splice(0)) run()
  }
}

export const ada: Viewer = {
  id: 'v1',
  userId: 'usr_aaaaaaaaaaaaaaaaaaaa',
  name: 'Ada',
  mayWrite: true,
  attachedAt: 0,
}
export const bob: Viewer = {
  id: 'v2',
  userId: 'usr_bbbbbbbbbbbbbbbbbbbb',
  name: 'Bob',
  mayWrite: true,
  attachedAt: 0,
}
export const cat: Viewer = {
  id: 'v3',
  userId: 'usr_cccccccccccccccccccc',
  name: 'Cat',
  mayWrite: false,
  attachedAt: 0,
}

export const freeLock = { writer: null, since: null, asking: null, grantAt: null }

export const attached: Extract<ServerMessage, { type: 'attached' }> = {
  type: 'attached',
  viewerId: 'v1',
  role: 'spy',
  offset: 0,
  liveFrom: 0,
  viewers: [ada, bob, cat],
  lock: freeLock,
  line: { state: 'online', since: 0, lastDataAt: null },
  recording: { state: 'recording' },
  size: { rows: 24, cols: 80 },
  login: { state: 'unknown' },
  breakSupported: true,
}

export const retry: Verdict = { kind: 'retry', why: 'probed' }
