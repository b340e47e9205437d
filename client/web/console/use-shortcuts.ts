import { useEffect, useRef } from 'react'
import { type Shortcut, shortcutOf } from './shortcuts.ts'

/** Size of text is the browser's own matter outside the terminal. */
const inTerminalOnly: ReadonlySet<Shortcut> = new Set(['larger', 'smaller', 'fit'])

/** Runs the page's shortcuts wherever the focus is, before the terminal sees the key, except while a dialog asks something. */
export function useShortcuts(run: (shortcut: Shortcut) => void, terminal: HTMLElement | null): void {
  const latest = useRef(run)
  latest.current = run
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event)
      const at = event.target instanceof Element ? event.target : null
      if (!shortcut || at?.closest('[role="dialog"]')) return
      if (inTerminalOnly.has(shortcut) && !terminal?.contains(at)) return
      event.preventDefault()
      event.stopPropagation()
      latest.current(shortcut)
    }
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [terminal])
}
