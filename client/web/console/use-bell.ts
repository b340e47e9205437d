import { useEffect, useRef, useState } from 'react'
import { switchOf } from './preferences.ts'

/** Long enough to be seen at the edge of the eye. */
const shownMs = 400
/** A binary file on the screen rings thousands of times. */
const betweenSoundsMs = 1000

export interface Bell {
  ringing: boolean
  ring(): void
}

/** Shows the device's bell, and sounds it for who wants that. */
export function useBell(): Bell {
  const [ringing, setRinging] = useState(false)
  const sounds = useRef<AudioContext | null>(null)
  const soundedAt = useRef(0)
  useEffect(() => {
    if (!ringing) return
    const timer = setTimeout(() => setRinging(false), shownMs)
    return () => clearTimeout(timer)
  }, [ringing])
  useEffect(() => () => void sounds.current?.close(), [])
  const ring = () => {
    setRinging(true)
    const now = performance.now()
    if (switchOf('bell-sound') !== true || now - soundedAt.current < betweenSoundsMs) return
    soundedAt.current = now
    sounds.current ??= new AudioContext()
    beep(sounds.current)
  }
  return { ringing, ring }
}

/** A soft A5 for a tenth of a second, faded in and out so that it does not click. */
function beep(context: AudioContext): void {
  const { currentTime: at } = context
  const tone = context.createOscillator()
  const volume = context.createGain()
  tone.frequency.value = 880
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.12, at + 0.01)
  volume.gain.linearRampToValueAtTime(0, at + 0.12)
  tone.connect(volume).connect(context.destination)
  tone.start(at)
  tone.stop(at + 0.13)
}
