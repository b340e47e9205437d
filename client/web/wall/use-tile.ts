import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Device } from '../../../server/contract/devices.ts'
import type { LockView } from '../console/lock-view.ts'
import { fontReady } from '../console/terminal/font-ready.ts'
import { type LiveTile, openTile, type TileEvents } from './open-tile.ts'
import type { Pacer } from './pacer.ts'
import { fitTile } from './tile-font.ts'

/** Opens the tile's terminal in `box` and attaches; closes both when the tile goes. Null until the terminal's font is there. */
export function useTile(
  device: Device,
  box: HTMLElement | null,
  { pacer, events }: { pacer: Pacer; events: TileEvents },
): LiveTile | null {
  const queryClient = useQueryClient()
  const [live, setLive] = useState<LiveTile | null>(null)
  const latest = useRef({ device, events })
  latest.current = { device, events }
  useEffect(() => {
    if (!box) return
    let opened: LiveTile | undefined
    let gone = false
    fontReady().then(() => {
      if (gone) return
      opened = openTile({
        device: latest.current.device,
        box,
        pacer,
        queryClient,
        events: {
          onRefused: (why) => latest.current.events.onRefused(why),
          onPaste: (text) => latest.current.events.onPaste(text),
          onLeave: () => latest.current.events.onLeave(),
        },
      })
      setLive(opened)
    })
    return () => {
      gone = true
      opened?.close()
      setLive(null)
    }
  }, [box, pacer, queryClient])
  useSeen(live, box)
  return live
}

/** Gives the tile that is pressed the keyboard and the lock as soon as it is there to take them: a person does not wait for it to attach. */
export function useTyping(live: LiveTile | null, active: boolean, lock: LockView['kind']): void {
  const asks = useRef(true)
  useEffect(() => {
    live?.setActive(active)
    if (active) live?.terminal.focus()
  }, [live, active])
  useEffect(() => {
    if (!active) asks.current = true
    else if (live && asks.current && lock !== 'detached') {
      asks.current = false
      if (lock === 'free') live.session.say({ type: 'ask' })
    }
  }, [live, active, lock])
}

/** Whether the tile can be seen: in the window, in a tab that is looked at. */
function useSeen(live: LiveTile | null, box: HTMLElement | null): void {
  useEffect(() => {
    if (!live || !box) return
    let inWindow = true
    const look = () => {
      const seen = inWindow && !document.hidden
      live.setSeen(seen)
      if (!document.hidden) live.session.connect()
    }
    const observer = new IntersectionObserver(([entry]) => {
      inWindow = entry?.isIntersecting ?? true
      look()
    })
    observer.observe(box)
    document.addEventListener('visibilitychange', look)
    window.addEventListener('online', look)
    return () => {
      observer.disconnect()
      document.removeEventListener('visibilitychange', look)
      window.removeEventListener('online', look)
    }
  }, [live, box])
}

/** Keeps the font such that all columns fit, whatever the tile's width and the console's size become. */
export function useTileFont(live: LiveTile | null, box: HTMLElement | null, cols: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of columns needs another fit
  useEffect(() => {
    if (!live || !box) return
    let width = 0
    const refit = () => {
      if (box.clientWidth === width) return
      width = box.clientWidth
      fitTile(live.terminal, box)
    }
    refit()
    const observer = new ResizeObserver(refit)
    observer.observe(box)
    return () => observer.disconnect()
  }, [live, box, cols])
}
