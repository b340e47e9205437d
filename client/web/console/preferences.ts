import { useSyncExternalStore } from 'react'

/** What a person chose about consoles, kept in this browser. */
export type Switch = 'screen-reader' | 'copy-on-select' | 'bell-sound' | 'key-row'

const listeners = new Set<() => void>()

/** Null while nothing was chosen. */
export function switchOf(name: Switch): boolean | null {
  const kept = localStorage.getItem(`lifeline.${name}`)
  return kept === null ? null : kept === 'on'
}

export function setSwitch(name: Switch, on: boolean): void {
  localStorage.setItem(`lifeline.${name}`, on ? 'on' : 'off')
  for (const tell of listeners) tell()
}

export function useSwitch(name: Switch): boolean | null {
  return useSyncExternalStore(subscribe, () => switchOf(name))
}

/** In px, or as large as the whole screen fits. */
export type FontChoice = number | 'fit'

const fontKey = 'lifeline.font-size'

export function fontChoice(): FontChoice {
  const kept = Number(localStorage.getItem(fontKey))
  return kept > 0 ? kept : 'fit'
}

export function keepFontChoice(choice: FontChoice): void {
  localStorage.setItem(fontKey, String(choice))
}

/** The same browser's other tabs tell by themselves. */
function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  window.addEventListener('storage', changed)
  return () => {
    listeners.delete(changed)
    window.removeEventListener('storage', changed)
  }
}
