import {
  type Device,
  type DeviceChanges,
  type DevicesMessage,
  devicesMessage,
} from '../../../server/contract/devices.ts'
import type { LinkClock, Socket, SocketEvents } from '../console/link.ts'
import { retryDelay } from '../console/link-state.ts'
import { byName, withChanges } from './changes.ts'

/** What the page knows of the devices, and whether it still hears of changes. */
export interface FleetView {
  /** By name; null until the first time that all have been told. */
  devices: readonly Device[] | null
  link: { state: 'following' } | { state: 'connecting' } | { state: 'lost'; since: number; why: string }
}

export interface FleetOptions {
  open(events: SocketEvents): Socket
  /** Why the gateway does not let us follow, as far as it says; asked for when a socket fails. */
  askWhy(): Promise<string>
  clock: LinkClock
  /** 0 to 1, as Math.random gives. */
  random(): number
  /** What was known at the last visit. */
  known: readonly Device[] | null
}

/** Follows the devices for as long as a page needs them, and comes back by itself. React reads it as a store. */
export class Fleet {
  readonly #options: FleetOptions
  readonly #listeners = new Set<() => void>()
  #view: FleetView
  #devices = new Map<string, Device>()
  #socket: Socket | undefined
  /** This socket has told everything once. */
  #whole = false
  #failures = 0
  #cancelRetry: () => void = () => {}
  #bye: string | undefined
  #closed = false

  constructor(options: FleetOptions) {
    this.#options = options
    this.#view = { devices: options.known, link: { state: 'connecting' } }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  readonly snapshot = (): FleetView => this.#view

  /** Follows now, unless it does. */
  connect(): void {
    if (this.#socket !== undefined || this.#closed) return
    this.#cancelRetry()
    this.#whole = false
    this.#bye = undefined
    this.#devices = new Map()
    const socket = this.#options.open({
      message: (data) => {
        if (socket === this.#socket) this.#take(data)
      },
      closed: () => {
        if (socket === this.#socket) this.#lost()
      },
    })
    this.#socket = socket
  }

  close(): void {
    this.#closed = true
    this.#cancelRetry()
    this.#socket?.close()
    this.#socket = undefined
  }

  #take(data: unknown): void {
    const message = readMessage(data)
    if (message?.type === 'bye') this.#bye = message.message
    if (message?.type === 'changes') this.#change(message)
  }

  #change(changes: DeviceChanges): void {
    const names = withChanges(this.#devices, changes)
    this.#whole ||= changes.complete
    // Half a list would look like devices that are gone.
    if (!this.#whole) return
    this.#failures = 0
    const before = this.#view.devices
    const devices =
      names ||
      before === null ||
      before.length !== this.#devices.size ||
      this.#view.link.state !== 'following'
        ? [...this.#devices.values()].sort(byName)
        : before.map((device) => this.#devices.get(device.id) ?? device)
    this.#show({ devices, link: { state: 'following' } })
  }

  #lost(): void {
    const { clock, random } = this.#options
    this.#socket = undefined
    this.#failures++
    const before = this.#view.link
    const since = before.state === 'lost' ? before.since : clock.now()
    const why =
      this.#bye ?? (before.state === 'lost' ? before.why : 'The connection to the gateway was lost.')
    this.#show({ ...this.#view, link: { state: 'lost', since, why } })
    this.#cancelRetry = clock.after(retryDelay(this.#failures, random()), () => this.connect())
    if (this.#bye === undefined && !this.#whole) void this.#learnWhy()
  }

  async #learnWhy(): Promise<void> {
    const why = await this.#options.askWhy()
    if (this.#closed || this.#view.link.state !== 'lost') return
    this.#show({ ...this.#view, link: { ...this.#view.link, why } })
  }

  #show(view: FleetView): void {
    this.#view = view
    for (const listener of this.#listeners) listener()
  }
}

/** A message of a newer gateway that this page does not know is none. */
function readMessage(data: unknown): DevicesMessage | undefined {
  if (typeof data !== 'string') return undefined
  try {
    return devicesMessage.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}
