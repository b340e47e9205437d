import type { Prompt } from '../../console/prompts/prompt.ts'
import type { ScreenView } from '../../console/screen/screen.ts'

export type LoaderName = 'grub' | 'syslinux-menu' | 'syslinux-prompt' | 'systemd-boot'

/** Where the way from a restart to a rescue shell stands. */
export type BootState =
  /** The machine was restarted; its boot loader is waited for. */
  | Catching
  /** The menu got the key that opens an entry. `inside` counts the submenus gone into. */
  | { at: 'opening'; loader: LoaderName; inside: number }
  /** The cursor is on its way to the line that loads Linux. */
  | { at: 'seeking'; loader: LoaderName; keys: number; inside: number }
  /** The entry was a submenu: its editor got Esc. */
  | { at: 'leaving'; loader: LoaderName; inside: number }
  /** The submenu got Enter. */
  | { at: 'entering'; loader: LoaderName; inside: number }
  /** In that line, whose end is brought into sight. `text` is what was read of it, null before. */
  | { at: 'reading'; loader: LoaderName; text: string | null }
  /** The line's end got `added`, and is read back: `wanted` must stand there. */
  | { at: 'reading-back'; loader: LoaderName; added: string; wanted: string }
  /** The edited entry was booted. */
  | { at: 'booting' }
  /** A root shell waits, the machine's only process. */
  | { at: 'shell' }
  /** There is no going on. */
  | { at: 'refused'; cause: BootCause }

export interface Catching {
  at: 'catching'
  /** Pressed to have the boot loader show its menu. */
  keys: number
  /** Something could be read before the system started. */
  spoke: boolean
  /** Esc is pressed before anything is seen, so often until now; null on the first start. */
  unseen: number | null
  /** The machine can be restarted once more. */
  again: boolean
}

export type BootCause =
  /** No boot loader was seen in time. */
  | 'no-boot-loader'
  /** The system started, or asks for a login, without a menu that could be held. */
  | 'menu-missed'
  | 'loader-password'
  /** It lists several systems, and not which one it starts by itself. */
  | 'which-label'
  | 'no-editor'
  | 'no-linux-line'
  /** The editor stands there, and no key does anything. */
  | 'no-answer'
  /** Longer than the editor's window shows at once, or not shown as a whole. */
  | 'line-too-long'
  /** What was typed did not come to stand there. Nothing was booted. */
  | 'mistyped'
  | 'encrypted-root'
  /** The initial system asks for help of its own: the root file system was not found or is damaged. */
  | 'initial-system'
  /** The system started as always. */
  | 'addition-ignored'
  /** A shell that is not the first process: of a system that has started, or of an initial one. */
  | 'other-shell'
  | 'no-shell'

export type BootView = Pick<ScreenView, 'rows' | 'cursor' | 'size'>

/** What is known at a moment. */
export interface BootSight {
  prompt: Prompt
  view: BootView
  /** Printed since the last key, as plain text. */
  heard: string
  /** The same as it came, latin-1. */
  raw: string
  /** Since the last key, ms; since the restart where none was pressed. */
  waited: number
}

export type BootKey =
  | 'none'
  | 'escape'
  | 'menu'
  /** To SYSLINUX, whose menu is hidden: where it is not, this opens its entry. */
  | 'tab'
  | 'edit'
  | 'down'
  | 'enter'
  | 'end'
  | 'addition'
  | 'boot'
  /** No key: the machine is restarted, Esc pressed meanwhile. */
  | 'restart'

export interface BootStep {
  state: BootState
  key: BootKey
}

/** No key, and what the state is. */
export const stay = (state: BootState): BootStep => ({ state, key: 'none' })
export const refuse = (cause: BootCause): BootStep => stay({ at: 'refused', cause })
