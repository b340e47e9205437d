import { useRef, useState } from 'react'
import { type Modifiers, noModifiers, withModifiers } from './key-bytes.ts'

export interface StickyModifiers {
  held: Modifiers
  toggle(which: keyof Modifiers): void
  /** For a key of the row. Lets go of them. */
  take(): Modifiers
  /** For what the keyboard typed. Lets go of them. */
  apply(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
}

/** Ctrl and Alt for who cannot hold two keys: pressed, they are for the next key. */
export function useModifiers(): StickyModifiers {
  const [held, setHeld] = useState(noModifiers)
  // Keys come faster than pages are drawn.
  const now = useRef(held)
  const set = (modifiers: Modifiers) => {
    now.current = modifiers
    setHeld(modifiers)
  }
  const take = () => {
    const taken = now.current
    if (taken.ctrl || taken.alt) set(noModifiers)
    return taken
  }
  return {
    held,
    toggle: (which) => set({ ...now.current, [which]: !now.current[which] }),
    take,
    apply: (bytes) => withModifiers(bytes, take()),
  }
}
