import { useEffect, useRef, useState } from 'react'
import { fontReady } from '../console/terminal/font-ready.ts'
import type { Player } from './player.ts'

interface Playing {
  cast: string
  speed: number
  idleLimit: number | null
}

/** A player in `box`. Another speed or limit makes a new one, which goes on where the old one was. */
export function usePlayer(box: HTMLElement | null, { cast, speed, idleLimit }: Playing) {
  const [player, setPlayer] = useState<Player | null>(null)
  const [playing, setPlaying] = useState(false)
  const [failed, setFailed] = useState<unknown>(null)
  const startAt = useRef(0)
  // Cut pauses make the same moment another second, so a new limit begins anew.
  const limit = useRef(idleLimit)
  useEffect(() => {
    if (!box) return
    let opened: Player | undefined
    let gone = false
    if (limit.current !== idleLimit) startAt.current = 0
    limit.current = idleLimit
    // The player measures its letters once, when it opens.
    Promise.all([import('./player.ts'), fontReady()])
      .then(([{ openPlayer }]) => {
        if (gone) return
        opened = openPlayer({
          element: box,
          cast,
          speed,
          idleLimit,
          startAt: startAt.current,
          onPlaying: setPlaying,
        })
        setPlayer(opened)
        opened.focus()
      })
      .catch(setFailed)
    const clock = setInterval(() => {
      void opened?.time().then((seconds) => {
        if (!gone) startAt.current = seconds
      })
    }, 250)
    return () => {
      gone = true
      clearInterval(clock)
      opened?.close()
      setPlayer(null)
      setPlaying(false)
    }
  }, [box, cast, speed, idleLimit])
  const toggle = () => (playing ? player?.pause() : player?.play())
  return { ready: player !== null, playing, toggle, failed }
}
