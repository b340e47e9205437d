/** What a key of the page does. All other keys go to the device. */
export type Shortcut =
  | 'search'
  | 'full-screen'
  | 'sysrq'
  | 'links'
  | 'newest'
  | 'larger'
  | 'smaller'
  | 'fit'
  | 'keys'

/** As much of a KeyboardEvent as decides. */
export interface Chord {
  key: string
  ctrlKey: boolean
  shiftKey: boolean
  altKey: boolean
  metaKey: boolean
}

const withShift: Record<string, Shortcut> = {
  f: 'search',
  enter: 'full-screen',
  s: 'sysrq',
  l: 'links',
  end: 'newest',
  '?': 'keys',
  '+': 'larger',
}
/** Where `+` needs no Shift, or `=` is the same key. */
const withoutShift: Record<string, Shortcut> = { '+': 'larger', '=': 'larger', '-': 'smaller', '0': 'fit' }

/** With Shift, a minus is the underscore, which with Ctrl is a key of the device's. */
export function shortcutOf({ key, ctrlKey, shiftKey, altKey, metaKey }: Chord): Shortcut | null {
  // AltGr comes as Ctrl with Alt: it types letters.
  if (!ctrlKey || altKey || metaKey) return null
  return (shiftKey ? withShift : withoutShift)[key.toLowerCase()] ?? null
}

/** For the list of keys; what is in none of these goes to the device. */
export const shortcutList: readonly { keys: string; does: string }[] = [
  { keys: 'Ctrl+Shift+F', does: 'Search the screen and what scrolled off it' },
  { keys: 'Ctrl+Shift+C', does: 'Copy what is selected; Cmd+C on a Mac' },
  { keys: 'Ctrl+Shift+V', does: 'Paste; several lines are shown first' },
  { keys: 'Ctrl++  Ctrl+-', does: 'Larger and smaller text' },
  { keys: 'Ctrl+0', does: 'Text as large as the whole screen fits' },
  { keys: 'Ctrl+Shift+Enter', does: 'Full screen, and back' },
  { keys: 'Ctrl+Shift+S', does: 'Break and SysRq' },
  { keys: 'Ctrl+Shift+L', does: 'Links on the screen, and where each leads' },
  { keys: 'Shift+PageUp  Shift+PageDown', does: 'Scroll back and forth' },
  { keys: 'Ctrl+Shift+End', does: 'Jump to the newest line' },
  { keys: 'Ctrl+Shift+F6', does: 'Leave the terminal, to the buttons above it' },
  { keys: 'Ctrl+Shift+?', does: 'This list' },
  { keys: 'Ctrl+click', does: 'Open an address that was printed; Cmd on a Mac' },
]
