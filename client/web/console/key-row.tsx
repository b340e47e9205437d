import { UnstyledButton } from '@mantine/core'
import type { PointerEvent } from 'react'
import { keyBytes, type Modifiers, type NamedKey, withModifiers } from './key-bytes.ts'
import classes from './tools.module.css'
import type { Live } from './use-console.ts'
import type { StickyModifiers } from './use-modifiers.ts'

const named: readonly { key: NamedKey; shown: string; name: string }[] = [
  { key: 'ArrowLeft', shown: '←', name: 'Left' },
  { key: 'ArrowDown', shown: '↓', name: 'Down' },
  { key: 'ArrowUp', shown: '↑', name: 'Up' },
  { key: 'ArrowRight', shown: '→', name: 'Right' },
  { key: 'PageUp', shown: 'PgUp', name: 'PgUp' },
  { key: 'PageDown', shown: 'PgDn', name: 'PgDn' },
  { key: 'Home', shown: 'Home', name: 'Home' },
  { key: 'End', shown: 'End', name: 'End' },
]
const letters: readonly { shown: string; name: string }[] = [
  { shown: '|', name: 'Pipe' },
  { shown: '/', name: 'Slash' },
  { shown: '-', name: 'Minus' },
  { shown: '~', name: 'Tilde' },
]

interface Props {
  live: Live | null
  modifiers: StickyModifiers
  onRefused: (why: string) => void
}

/** What the keyboards of phones lack. Ctrl and Alt are for the next key. */
export function KeyRow({ live, modifiers, onRefused }: Props) {
  const send = (bytes: (held: Modifiers) => Uint8Array<ArrayBuffer>) => {
    const why = live?.session.type(bytes(modifiers.take())) ?? null
    if (why !== null) onRefused(why)
  }
  const press = (key: NamedKey) =>
    send((held) => keyBytes(key, held, live?.terminal.applicationCursor() ?? false))
  const type = (letter: string) => send((held) => withModifiers(new TextEncoder().encode(letter), held))
  return (
    <div className={classes.keyRow} role="toolbar" aria-label="Keys" onPointerDown={keepKeyboard}>
      <Key shown="Esc" name="Esc" press={() => press('Escape')} />
      <Key shown="Tab" name="Tab" press={() => press('Tab')} />
      <Key shown="Ctrl" name="Ctrl" held={modifiers.held.ctrl} press={() => modifiers.toggle('ctrl')} />
      <Key shown="Alt" name="Alt" held={modifiers.held.alt} press={() => modifiers.toggle('alt')} />
      {named.map(({ key, shown, name }) => (
        <Key key={key} shown={shown} name={name} press={() => press(key)} />
      ))}
      {letters.map(({ shown, name }) => (
        <Key key={shown} shown={shown} name={name} press={() => type(shown)} />
      ))}
    </div>
  )
}

/** The phone's own keyboard goes away when the terminal loses the focus. */
function keepKeyboard(event: PointerEvent): void {
  event.preventDefault()
}

interface KeyProps {
  shown: string
  name: string
  held?: boolean
  press: () => void
}

function Key({ shown, name, held, press }: KeyProps) {
  return (
    <UnstyledButton aria-label={name} aria-pressed={held} onClick={press}>
      {shown}
    </UnstyledButton>
  )
}
