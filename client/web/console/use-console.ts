import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import { lockView } from './lock-view.ts'
import { ConsoleSession } from './session.ts'
import { browserClock, openConsoleSocket, probe } from './socket.ts'
import { openTerminal, type TerminalOptions, type TerminalView } from './terminal.ts'

export interface Live {
  session: ConsoleSession
  terminal: TerminalView
}

/** What the terminal tells the page. */
export interface TerminalEvents {
  onRefused(why: string): void
  onPaste(text: string): void
  onSelection(selected: boolean): void
  onLeave(): void
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
    // The terminal measures its font once, when it opens.
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
    screenReader: readerWanted(),
    onKeys: (bytes) => {
      const why = session.type(bytes)
      if (why !== null) latest.current.events.onRefused(why)
    },
    onMouse: (bytes) => session.point(bytes),
    isWriter: () => lockView(session.snapshot()).kind === 'mine',
    onPaste: (text) => latest.current.events.onPaste(text),
    onSelection: (selected) => latest.current.events.onSelection(selected),
    onLeave: () => latest.current.events.onLeave(),
  })
  const session = new ConsoleSession({
    open: (from, events) => openConsoleSocket({ id, from }, events),
    probe: () => probe(queryClient, id),
    clock: browserClock,
    random: Math.random,
    view: terminal,
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

async function fontReady(): Promise<void> {
  // Without the font the terminal is still better than none.
  await Promise.allSettled([
    document.fonts.load('14px "JetBrains Mono"'),
    document.fonts.load('700 14px "JetBrains Mono"'),
  ])
}

const readerKey = 'lifeline.screen-reader'

export function readerWanted(): boolean {
  return localStorage.getItem(readerKey) === 'on'
}

export function wantReader(on: boolean): void {
  localStorage.setItem(readerKey, on ? 'on' : 'off')
}
