import { UnstyledButton } from '@mantine/core'
import classes from './console.module.css'
import type { Live } from './use-console.ts'

/** Keys that the keyboards of phones lack, as the bytes a terminal sends for them. */
const keys = [
  { label: 'Esc', bytes: [0x1b] },
  { label: 'Tab', bytes: [0x09] },
  { label: '^C', name: 'Control C', bytes: [0x03] },
  { label: '^D', name: 'Control D', bytes: [0x04] },
  { label: '^X', name: 'Control X', bytes: [0x18] },
  { label: '↑', name: 'Up', bytes: [0x1b, 0x5b, 0x41] },
  { label: '↓', name: 'Down', bytes: [0x1b, 0x5b, 0x42] },
  { label: '←', name: 'Left', bytes: [0x1b, 0x5b, 0x44] },
  { label: '→', name: 'Right', bytes: [0x1b, 0x5b, 0x43] },
]

/** Shown on touch screens only. */
export function KeyRow({ live, onRefused }: { live: Live | null; onRefused: (why: string) => void }) {
  const press = (bytes: number[]) => {
    const why = live?.session.type(Uint8Array.from(bytes)) ?? null
    if (why !== null) onRefused(why)
    live?.terminal.focus()
  }
  return (
    <div className={classes.keyRow} role="toolbar" aria-label="Keys">
      {keys.map(({ label, name = label, bytes }) => (
        <UnstyledButton key={label} aria-label={name} onClick={() => press(bytes)}>
          {label}
        </UnstyledButton>
      ))}
    </div>
  )
}
