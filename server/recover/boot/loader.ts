import type { BootLoader } from '../../console/prompts/prompt.ts'
import type { BootCause, BootSight, BootState, BootView } from './step.ts'

/** A line that an editor shows, put together from the rows it is wrapped over. Rows count from 0. */
export interface EditorLine {
  text: string
  first: number
  last: number
  /** Its end is in the window. */
  whole: boolean
}

/** A boot loader, as far as it has to be known to edit one entry for one boot. All that it says of a screen is pure. */
export interface Loader {
  /** What waits where it takes the key that opens an entry. */
  menu: BootLoader
  /** The entry that was opened can be edited. */
  edits(sight: BootSight): boolean
  /** Why it opens nothing: it wants a password first, or does not let entries be edited. */
  refuses(heard: string): BootCause | undefined
  /** Why there is nothing in what was opened that could be edited. */
  refusal(view: BootView): BootCause | undefined
  /** Entries that are menus themselves: what was opened is one, and one was drawn when it got Enter. */
  submenus: { shows(view: BootView): boolean; drawn(heard: string): boolean } | undefined
  /** The line that loads Linux. */
  line(view: BootView): EditorLine | undefined
  /** What is put behind that line. */
  addition(line: string, view: BootView): string
  /** Exactly what is wanted stands in the line that is shown. */
  stands(shown: string, typed: Extract<BootState, { at: 'reading-back' }>): boolean
  keys: LoaderKeys
}

export interface LoaderKeys {
  /** In the menu. */
  edit: string
  /** In the menu: goes on with what is chosen. */
  enter: string
  /** To the next line of an entry; undefined where it has but one. */
  down: string | undefined
  /** To the end of the line. */
  end: string
  boot: string
  /** Back from a submenu's editor. */
  escape: string
  /** One after the other: discards what was edited, and boots what the loader would have booted. */
  leave: readonly string[]
}

/** What is put behind a line that loads Linux, without the console: a shell in init's place, its messages in sight, no splash screen over it. */
export const rescueOptions = 'init=/bin/sh loglevel=7 plymouth.enable=0'

/**
 * Serial ports by the names that Linux gives them, with their speed and mode (serial-console.rst). It is typed again: nothing of it may mean
 * something to a shell, where what was taken for a boot loader is text that somebody had printed.
 */
const serialConsole = /(?<=\sconsole=)(?:tty(?:S|AMA|SC|PS|mxc)|hvc|ttyUL)\d+(?:,\w+)?/g

export const namesSerial = (line: string): boolean => line.search(serialConsole) >= 0

/** Blanks are compared as one: tabs are shown as several. */
export const words = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** Of a line that is seen as a whole. */
export const standsWhole: Loader['stands'] = (shown, { wanted }) => words(shown) === words(wanted)

/**
 * The kernel takes the last of each option (kernel-parameters.txt), so nothing of what stands in the line has to be taken out. Its input
 * and output go to the serial console that the line names, or to the first.
 */
export function additionTo(line: string): string {
  const serial = line.match(serialConsole)?.at(-1) ?? 'ttyS0'
  return ` ${rescueOptions} console=${serial}`
}
