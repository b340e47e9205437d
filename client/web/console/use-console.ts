import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { lockView } from './lock-view.ts'
import { switchOf } from './preferences.ts'
import { ConsoleSession } from './session.ts'
import { browserClock, openConsoleSocket, probe } from './socket.ts'
import { fontReady } from './terminal/font-ready.ts'
import { openTerminal, type TerminalOptions, type TerminalView } from './terminal.ts'

export interface Live {
  session: ConsoleSession
  terminal: TerminalView
}

type Told =
  | 'onPaste'
  | 'onSelection'
  | 'onLeave'
  | 'onBell'
  | 'onHoverAddress'
  | 'onOpenAddress'
  | 'onScrolledBack'
  | 'onTop'
  | 'onSearchResult'

/** What the terminal tells the page. */
export interface TerminalEvents extends Required<Pick<TerminalOptions, Told>> {
  onRefused(why: string): void
  /** The device printed something. */
  onPrinted(): void
  /** What was typed, as it is to be sent. */
  typed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
}

/** Opens the terminal in `box` and attaches; closes both when the page goes. Null until the terminal's font is there. */
export function useConsole(device: Device, box: HTMLElement | null, events: TerminalEvents): Live | null {
  const queryClient = useQueryClient()
  const [live, setLive] = useState<Live | null>(null)
  const latest = useRef({ device, events })
  latest.current = { device, events }
  const { id } = device
  useEffect(() => {
    if (!box) return
    let opened: Live | undefined
    let gone = false
    fontReady().then(() => {
      if (gone) return
      opened = open({ id, box, queryClient, latest })
      setLive(opened)
    })
    return () => {
      gone = true
      opened?.session.close()
      opened?.terminal.close()
      setLive(null)
    }
  }, [id, box, queryClient])
  useWaking(live)
  return live
}

interface Opening {
  id: string
  box: HTMLElement
  queryClient: QueryClient
  /** What the page says at the time something happens, not at the time the terminal opened. */
  latest: { current: { device: Device; events: TerminalEvents } }
}

function open({ id, box, queryClient, latest }: Opening): Live {
  const { name, settings } = latest.current.device
  const { size } = settings
  const terminal = openTerminal({
    element: box,
    size,
    label: `Console of ${name}. Press Control Shift F6 to leave it.`,
    screenReader: switchOf('screen-reader') === true,
    copiesOnSelect: () => switchOf('copy-on-select') === true,
    onKeys: (bytes) => {
      const why = session.type(latest.current.events.typed(bytes))
      if (why !== null) latest.current.events.onRefused(why)
    },
    onMouse: (bytes) => session.point(bytes),
    isWriter: () => lockView(session.snapshot()).kind === 'mine',
    onPaste: (text) => latest.current.events.onPaste(text),
    onSelection: (selected) => latest.current.events.onSelection(selected),
    onLeave: () => latest.current.events.onLeave(),
    onBell: () => latest.current.events.onBell(),
    onHoverAddress: (address) => latest.current.events.onHoverAddress(address),
    onOpenAddress: (address) => latest.current.events.onOpenAddress(address),
    onScrolledBack: (back) => latest.current.events.onScrolledBack(back),
    onTop: (top) => latest.current.events.onTop(top),
    onSearchResult: (result) => latest.current.events.onSearchResult(result),
  })
  const show: TerminalView['write'] = (bytes, parsed) => {
    latest.current.events.onPrinted()
    terminal.write(bytes, parsed)
  }
  const session = new ConsoleSession({
    open: (from, events) => openConsoleSocket({ id, from }, events),
    probe: () => probe(queryClient, id),
    clock: browserClock,
    random: Math.random,
    view: { ...terminal, write: show },
    size,
  })
  session.connect()
  terminal.focus()
  return { session, terminal }
}

/** Comes back at once when the network does, or when somebody looks at the page again. */
function useWaking(live: Live | null): void {
  useEffect(() => {
    if (!live) return
    const wake = () => live.session.connect()
    const look = () => {
      if (document.visibilityState === 'visible') wake()
    }
    window.addEventListener('online', wake)
    document.addEventListener('visibilitychange', look)
    return () => {
      window.removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', look)
    }
  }, [live])
}
