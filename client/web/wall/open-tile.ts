import type { QueryClient } from '@tanstack/react-query'
import type { Device } from '../../../server/contract/devices.ts'
import { lockView } from '../console/lock-view.ts'
import { ConsoleSession, type View } from '../console/session.ts'
import { browserClock, openConsoleSocket, probe } from '../console/socket.ts'
import { openTerminal, type TerminalView } from '../console/terminal.ts'
import type { Lane, Pacer } from './pacer.ts'

export interface LiveTile {
  session: ConsoleSession
  terminal: TerminalView
  /** Whether somebody can see it. What is not seen is not drawn, and its console waits. */
  setSeen(seen: boolean): void
  /** Somebody types in it: it does not wait its turn, and can be reached by keyboard. */
  setActive(active: boolean): void
  close(): void
}

export interface TileEvents {
  onRefused(why: string): void
  onPaste(text: string): void
  /** The person wants out of the tile, by keyboard. */
  onLeave(): void
}

/** So much waits only where a device prints faster than the wall shows: then the newest is worth more than all of it. */
const tooFarBehind = 256 * 1024
/** Not more often, ms: what is shown between is enough to see what kind of flood it is. */
const skipEveryMs = 2000

interface Opening {
  device: Device
  box: HTMLElement
  pacer: Pacer
  queryClient: QueryClient
  events: TileEvents
}

/** Opens a small terminal in `box` and attaches it to watch. Who types in it takes the lock first, by asking for it. */
export function openTile({ device, box, pacer, queryClient, events }: Opening): LiveTile {
  const { size } = device.settings
  const terminal = openTerminal({
    element: box,
    size,
    small: true,
    label: `Console of ${device.name}. Press Control Shift F6 to leave it.`,
    screenReader: localStorage.getItem('lifeline.screen-reader') === 'on',
    onKeys: (bytes) => {
      const why = typeInTile(session, bytes)
      if (why !== null) events.onRefused(why)
    },
    onMouse: (bytes) => session.point(bytes),
    isWriter: () => lockView(session.snapshot()).kind === 'mine',
    onPaste: events.onPaste,
    onSelection: () => {},
    onLeave: events.onLeave,
  })
  const lane = pacer.lane((bytes, done) => terminal.write(bytes, done))
  const backlog = new Backlog(lane, () => session.skip())
  const session = new ConsoleSession({
    open: (from, socket) => openConsoleSocket({ id: device.id, from, watch: true }, socket),
    probe: () => probe(queryClient, device.id),
    clock: browserClock,
    random: Math.random,
    view: pacedView(terminal, lane, backlog),
    size,
  })
  session.connect()
  setReachable(box, false)
  return {
    session,
    terminal,
    setSeen: (seen) => backlog.setSeen(seen),
    setActive(active) {
      lane.setFirst(active)
      setReachable(box, active)
    },
    close() {
      session.close()
      lane.close()
      terminal.close()
    },
  }
}

/** Somebody who attached to watch asks for the lock before the first key; where nobody writes, that gives it. */
function typeInTile(session: ConsoleSession, bytes: Uint8Array<ArrayBuffer>): string | null {
  if (lockView(session.snapshot()).kind === 'free') session.say({ type: 'ask' })
  return session.type(bytes)
}

/** A terminal takes Tab for itself: sixteen of them would each be a trap on the way through the page. */
function setReachable(box: HTMLElement, reachable: boolean): void {
  box.querySelector('textarea')?.setAttribute('tabindex', reachable ? '0' : '-1')
}

/** Gives up what is too old to be worth showing. */
class Backlog {
  readonly #lane: Lane
  readonly #skip: () => void
  #seen = true
  #skippedAt = Number.NEGATIVE_INFINITY

  constructor(lane: Lane, skip: () => void) {
    this.#lane = lane
    this.#skip = skip
  }

  setSeen(seen: boolean): void {
    this.#seen = seen
    this.#lane.setAwake(seen)
    this.grew()
  }

  grew(): void {
    const now = performance.now()
    if (!this.#seen || this.#lane.waiting < tooFarBehind || now - this.#skippedAt < skipEveryMs) return
    this.#skippedAt = now
    this.#lane.drop()
    this.#skip()
  }
}

function pacedView(terminal: TerminalView, lane: Lane, backlog: Backlog): View {
  return {
    ...terminal,
    write(bytes, parsed) {
      lane.push(bytes, parsed)
      backlog.grew()
    },
    // A tile has no room for words: that something is missing there, the console itself says.
    divide: (_label, parsed) => lane.push(new Uint8Array(0), parsed),
    clear() {
      lane.drop()
      terminal.clear()
    },
    // It holds all that waited.
    draw(screen, drawn) {
      lane.drop()
      terminal.draw(screen, drawn)
    },
  }
}
