import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Access } from '../access/access.ts'
import type { Principal } from '../access/can.ts'
import type { Clock, Timer } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { closeCodes } from '../contract/console.ts'
import { type DevicesMessage, device } from '../contract/devices.ts'
import { limits } from '../contract/limits.ts'
import { DeviceCursor, type Inventory } from './device-cursor.ts'
import { toAppError } from './errors.ts'
import type { GateOptions } from './gate.ts'
import { heartbeat } from './heartbeat.ts'
import type { LivePrincipals } from './live-principals.ts'
import { admitUpgrade, closeAll, createSocketServer, refuseUpgrade } from './upgrade.ts'

/** How often changes are told: a person sees a state change at once, and a flood costs one line each second. */
const tellMs = 1000
/** Unsent bytes with which a reader is left alone until they have read; what they miss meanwhile they are told then, as it then is. */
const enough = 64 * 1024

export interface DeviceSocketOptions extends GateOptions {
  access: Access
  inventory: Inventory
  principals: LivePrincipals
  clock: Clock
  log: Log
}

export interface DeviceSocket extends Closable {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
  /** Takes no new readers, and says goodbye to those there are. */
  refuseMore(): void
}

/** `GET /api/devices/changes`: the devices that the caller may see, and then what changes of them, for as long as they may. */
export function createDeviceSocket(options: DeviceSocketOptions): DeviceSocket {
  const { clock, log } = options
  // Only the gateway speaks here.
  const server = createSocketServer(1024)
  const readers = new Set<Reader>()
  let ticking: Timer | undefined
  let ending = false
  const tick = (): void => {
    const list = options.inventory.list()
    const now = { ...options.inventory, list: () => list }
    for (const reader of readers) reader.tell(now)
  }
  const begin = (socket: WebSocket, principal: Principal, names: Map<string, string>): void => {
    const own = [...readers].filter((reader) => reader.userId === principal.userId)
    if (own.length >= limits.listsPerUser) {
      tooMany(socket)
      return
    }
    const reader = new Reader(socket, new DeviceCursor(principal, names), options)
    readers.add(reader)
    ticking ??= clock.every(tellMs, tick)
    socket.once('close', () => {
      reader.close()
      readers.delete(reader)
      if (readers.size > 0) return
      ticking?.cancel()
      ticking = undefined
    })
    reader.tell(options.inventory)
  }
  return {
    async upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      try {
        if (ending) throw stopping()
        const principal = await admitUpgrade(request, options)
        const names = await projectNames(options.access, principal)
        if (socket.destroyed) return
        server.handleUpgrade(request, socket, head, (websocket) => begin(websocket, principal, names))
      } catch (error) {
        refuseUpgrade(socket, toAppError(error, log))
      }
    },
    refuseMore() {
      ending = true
      for (const reader of readers)
        reader.bye(
          'shutdown',
          'The gateway is shutting down. The list comes back by itself when it is up again.',
        )
    },
    async close() {
      ticking?.cancel()
      await closeAll(server, clock)
      server.close()
    },
  }
}

/** One page that follows the devices. */
class Reader {
  readonly userId: string
  readonly #socket: WebSocket
  readonly #cursor: DeviceCursor
  readonly #options: DeviceSocketOptions
  readonly #beat: Timer
  readonly #live: ReturnType<LivePrincipals['add']>
  #naming = false

  constructor(socket: WebSocket, cursor: DeviceCursor, options: DeviceSocketOptions) {
    this.#socket = socket
    this.#cursor = cursor
    this.#options = options
    this.userId = cursor.principal.userId
    this.#beat = heartbeat(socket, options.clock)
    this.#live = options.principals.add({
      principal: cursor.principal,
      renewed: (principal) => this.#renew(principal),
    })
    socket.on('error', (error) => options.log.debug({ error: error.message }, 'a list socket failed'))
    socket.on('message', () => socket.close(closeCodes.badFrame))
  }

  tell(inventory: Inventory): void {
    if (this.#socket.readyState !== this.#socket.OPEN || this.#socket.bufferedAmount > enough) return
    const changes = this.#cursor.next(inventory)
    if (this.#cursor.lacksNames) void this.#learnNames()
    if (changes === undefined) return
    // As every answer: what is not in the contract does not leave.
    const devices = changes.devices.map((one) => device.parse(one))
    this.#send({ ...changes, devices }, () => {
      if (!changes.complete) setImmediate(() => this.tell(inventory))
    })
  }

  bye(code: Extract<DevicesMessage, { type: 'bye' }>['code'], message: string): void {
    this.#send({ type: 'bye', code, message })
    this.#socket.close(code === 'revoked' ? closeCodes.revoked : closeCodes.shutdown)
  }

  close(): void {
    this.#beat.cancel()
    this.#live.remove()
  }

  #send(message: DevicesMessage, sent?: () => void): void {
    this.#socket.send(JSON.stringify(message), sent)
  }

  #renew(principal: Principal | undefined): void {
    if (principal === undefined) {
      this.bye('revoked', 'Your session or token has ended. Sign in again to come back.')
    } else {
      this.#cursor.become(principal)
      void this.#learnNames()
    }
  }

  /** Projects are renamed without word; a look every few seconds, when the rights are renewed, is soon enough. */
  async #learnNames(): Promise<void> {
    if (this.#naming) return
    this.#naming = true
    try {
      const { principal } = this.#cursor
      const names = await projectNames(this.#options.access, principal)
      this.#cursor.become(this.#cursor.principal, names)
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'the names of projects could not be read')
    }
    this.#naming = false
  }
}

async function projectNames(access: Access, principal: Principal): Promise<Map<string, string>> {
  return new Map((await access.projects(principal)).map(({ id, name }) => [id, name]))
}

function stopping(): AppError {
  return new AppError('try-later', 'The gateway is stopping. Come back in a moment.', { retryAfter: 5 })
}

/** After the upgrade, since a browser cannot read why an upgrade was refused. */
function tooMany(socket: WebSocket): void {
  const message = `You have the list open ${limits.listsPerUser} times, and no more are allowed. Close one of those pages.`
  socket.send(JSON.stringify({ type: 'bye', code: 'too-many', message } satisfies DevicesMessage))
  socket.close(closeCodes.tooMany)
}
