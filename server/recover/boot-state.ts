import type { Prompt } from '../console/prompts/prompt.ts'
import type { ScreenView } from '../console/screen/screen.ts'
import { linuxLine } from './grub-editor.ts'

/** Where the way from a restart to a rescue shell stands. */
export type BootState =
  /** The machine was restarted; its boot loader is waited for. `keys` counts what was pressed to have it show its menu. */
  | { at: 'catching'; keys: number }
  /** The menu got its `e`. */
  | { at: 'opening' }
  /** The cursor is on its way to the line that loads Linux. */
  | { at: 'seeking'; keys: number }
  /** The line's end got `added`, and is read back: `wanted` must stand there. */
  | { at: 'reading-back'; added: string; wanted: string }
  /** The edited entry was booted. */
  | { at: 'booting' }
  /** A root shell waits, the machine's only process. */
  | { at: 'shell' }
  /** There is no going on. */
  | { at: 'refused'; cause: BootCause }

export type BootCause =
  /** No boot loader was seen in time. */
  | 'no-boot-loader'
  /** The system started, or asks for a login, without a menu that could be held. */
  | 'menu-missed'
  | 'loader-password'
  /** One that is seen, but not known how to edit. */
  | 'loader-unknown'
  | 'no-editor'
  | 'no-linux-line'
  /** What was typed did not come to stand there. Nothing was booted. */
  | 'mistyped'
  | 'encrypted-root'
  /** The initial system asks for help of its own: the root file system was not found or is damaged. */
  | 'initial-system'
  /** The system started as always. */
  | 'addition-ignored'
  | 'no-shell'

/** What is known at a moment. */
export interface BootSight {
  prompt: Prompt
  view: Pick<ScreenView, 'rows' | 'cursor'>
  /** Printed since the last key, as plain text. */
  heard: string
  /** Since the last key, ms; since the restart where none was pressed. */
  waited: number
}

export type BootKey = 'none' | 'escape' | 'menu' | 'edit' | 'down' | 'end-and-addition' | 'boot'

export interface BootStep {
  state: BootState
  key: BootKey
}

/** Serial ports by the names that Linux gives them. */
const serialConsole = /(?<=\sconsole=)(?:tty(?:S|AMA|SC|PS|mxc)|hvc|ttyUL)\d+\S*/g

/**
 * What is put behind a line that loads Linux. The kernel takes the last of each: a shell in init's place, its messages and its input on
 * the serial line, no splash screen over it (kernel-parameters.txt). So nothing of what stands there has to be taken out.
 */
export function additionTo(line: string): string {
  const serial = line.match(serialConsole)?.at(-1) ?? 'ttyS0'
  return ` init=/bin/sh loglevel=7 plymouth.enable=0 console=${serial}`
}

/** Firmware takes minutes to test the memory of a large machine, and a person to walk to it. */
const catchMs = 900_000
const openMs = 15_000
const stillMs = 2000
const readBackMs = 15_000
const bootMs = 300_000
/** An entry has fewer lines. */
const mostDown = 200
/** Keys to a GRUB that hides its menu: one too many leads to its command line, and a command back. */
const mostEscapes = 4
const mostKeys = 6
const keyEveryMs = 1500

/** The next state and the key that goes with it. Pure. */
export function nextBootStep(state: BootState, sight: BootSight): BootStep {
  switch (state.at) {
    case 'catching':
      return catching(state, sight)
    case 'opening':
      return opening(sight)
    case 'seeking':
      return seeking(state, sight)
    case 'reading-back':
      return readingBack(state, sight)
    case 'booting':
      return booting(sight)
    case 'shell':
    case 'refused':
      return stay(state)
  }
}

const stay = (state: BootState): BootStep => ({ state, key: 'none' })
const refuse = (cause: BootCause): BootStep => stay({ at: 'refused', cause })

function catching(state: Extract<BootState, { at: 'catching' }>, sight: BootSight): BootStep {
  const { prompt, heard, waited } = sight
  if (/Enter username:/.test(heard)) return refuse('loader-password')
  if (prompt.kind === 'boot-loader') {
    if (prompt.loader === 'grub-menu') return { state: { at: 'opening' }, key: 'edit' }
    if (prompt.loader === 'grub-edit') return stay({ at: 'seeking', keys: 0 })
    // The others may well start a GRUB yet.
    if (prompt.loader === 'syslinux') return refuse('loader-unknown')
  }
  if (/Linux version \d/.test(heard) || (prompt.kind === 'login' && heard.includes('login:')))
    return refuse('menu-missed')
  const key = keyToMenu(state.keys, sight)
  if (key !== 'none') return { state: { at: 'catching', keys: state.keys + 1 }, key }
  return waited > catchMs ? refuse('no-boot-loader') : stay(state)
}

/** What brings a menu up that is not there, where it has not been pressed too often or just now. */
function keyToMenu(pressed: number, { prompt, heard, waited }: BootSight): BootKey {
  if (pressed > 0 && waited <= keyEveryMs) return 'none'
  if (prompt.kind === 'boot-loader' && prompt.loader === 'grub-shell')
    return pressed < mostKeys ? 'menu' : 'none'
  return /GRUB loading|Welcome to GRUB/.test(heard) && pressed < mostEscapes ? 'escape' : 'none'
}

function opening({ prompt, heard, waited }: BootSight): BootStep {
  if (/Enter username:/.test(heard)) return refuse('loader-password')
  if (prompt.kind === 'boot-loader' && prompt.loader === 'grub-edit') return stay({ at: 'seeking', keys: 0 })
  if (/Linux version \d/.test(heard)) return refuse('menu-missed')
  return waited > openMs ? refuse('no-editor') : stay({ at: 'opening' })
}

function seeking(state: Extract<BootState, { at: 'seeking' }>, { view, waited }: BootSight): BootStep {
  const line = linuxLine(view)
  const { row } = view.cursor
  if (line !== undefined && row >= line.first && row <= line.last) {
    const added = additionTo(line.text)
    return { state: { at: 'reading-back', added, wanted: line.text + added }, key: 'end-and-addition' }
  }
  if (state.keys >= mostDown || (line === undefined && waited > stillMs && state.keys > 0))
    return refuse('no-linux-line')
  return { state: { at: 'seeking', keys: state.keys + 1 }, key: 'down' }
}

/** Blanks are compared as one: tabs are shown as several. */
const words = (text: string) => text.trim().replace(/\s+/g, ' ')

function readingBack(state: Extract<BootState, { at: 'reading-back' }>, sight: BootSight): BootStep {
  const found = linuxLine(sight.view)
  if (found !== undefined && words(found.text) === words(state.wanted))
    return { state: { at: 'booting' }, key: 'boot' }
  return sight.waited > readBackMs ? refuse('mistyped') : stay(state)
}

function booting({ prompt, heard, waited }: BootSight): BootStep {
  if (/(?:Please unlock disk|Enter passphrase for|cryptsetup: .*set up)/.test(heard))
    return refuse('encrypted-root')
  if (/\(initramfs\)/.test(prompt.evidence) || prompt.kind === 'sulogin') return refuse('initial-system')
  if (prompt.kind === 'login') return refuse('addition-ignored')
  if (prompt.kind === 'shell' && prompt.root !== false && prompt.typed === '') return stay({ at: 'shell' })
  return waited > bootMs ? refuse('no-shell') : stay({ at: 'booting' })
}
