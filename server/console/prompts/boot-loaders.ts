import type { ScreenView } from '../screen/screen.ts'
import type { CursorLine } from './cursor-line.ts'
import type { BootLoader, Prompt } from './prompt.ts'

const lines: readonly (readonly [BootLoader, RegExp])[] = [
  ['grub-shell', /^grub(?: rescue)?> ?/],
  ['u-boot', /^(?:=>|U-Boot>|[\w.-]{1,20} ?=>) /],
  ['u-boot', /^Hit any key to stop autoboot:/],
  ['ipxe', /^iPXE> /],
  ['syslinux', /^boot: /],
  ['uefi-shell', /^(?:Shell|FS\d{1,2}:\\?.{0,100})> /],
]
const grubTitle = /^\s*GNU GRUB {1,3}version /
/** What GRUB prints under its menu: below it nothing else may stand, or the menu is of a boot long ago. */
const grubFoot =
  /highlighted entry will be executed|Press enter to boot|before booting or|return(?:s)? (?:to )?previous menu|^\s*previous menu\.|Use the .{1,8} keys to (?:select|change)|^[ │|└┘─+-]{1,200}$|for a command-line/
const grubEditor = /Minimum Emacs-like screen editing/
const syslinuxCounts = /^ *Automatic boot in \d+ seconds?\.\.\.$/
const syslinuxTab = /^ *Press \[Tab\] to edit options$/
/** Its last row, which it counts down in. Nothing else of it may be in sight: its console may have more rows than the screen. */
const systemdCounts = /^ *Boot in \d+ ?s\.$/
const setups =
  /Aptio Setup Utility|BIOS Setup Utility|Phoenix SecureCore|UEFI BIOS Configuration|System Setup Main Menu/

/** A boot loader that waits at its own prompt. */
export function loaderLine({ before }: CursorLine): Prompt | undefined {
  const found = lines.find(([, shape]) => shape.test(before))
  return found && { kind: 'boot-loader', loader: found[0], evidence: before.trimEnd() }
}

/**
 * An entry of SYSLINUX's simple menu that is edited: its line stands under the frame, and looks like what a shell asks for the rest of
 * a command.
 */
export function editedEntry({ rows, cursor }: ScreenView): Prompt | undefined {
  const under = underFrame(rows.slice(0, cursor.row + 1))
  const line = under?.find((row) => row.trim() !== '')
  if (line === undefined || !line.startsWith('> ')) return undefined
  return { kind: 'boot-loader', loader: 'syslinux-edit', evidence: line }
}

/** A boot loader or firmware that shows a menu. */
export function bootScreen({ rows }: ScreenView): Prompt | undefined {
  const setup = rows.find((row) => setups.test(row))
  if (setup !== undefined) return { kind: 'firmware', evidence: setup.trim() }
  const title = rows.find((row) => grubTitle.test(row))
  const editor = rows.find((row) => grubEditor.test(row))
  if (editor !== undefined) return { kind: 'boot-loader', loader: 'grub-edit', evidence: editor.trim() }
  if (title === undefined) return syslinuxScreen(rows) ?? systemdScreen(rows)
  const last = rows.findLast((row) => row.trim() !== '') ?? ''
  if (last !== title && !grubFoot.test(last)) return undefined
  return { kind: 'boot-loader', loader: 'grub-menu', evidence: title.trim() }
}

/** What may be done, in the last line of the screen: below it nothing else may stand, or the menu is of a boot long ago. */
function syslinuxScreen(rows: string[]): Prompt | undefined {
  const last = rows.findLast((row) => row.trim() !== '') ?? ''
  const counts = syslinuxCounts.test(last)
  if (!counts && !syslinuxTab.test(last)) return undefined
  const evidence = last.trim()
  if (underFrame(rows) !== undefined) return { kind: 'boot-loader', loader: 'syslinux-menu', evidence }
  const alone = rows.every((row) => row === last || row.trim() === '')
  return counts && alone ? { kind: 'boot-loader', loader: 'syslinux-hidden', evidence } : undefined
}

/** The rows under a frame with a title, as SYSLINUX draws it (com32/menu/menumain.c). */
function underFrame(rows: string[]): string[] | undefined {
  const top = rows.findIndex((row) => /^ *┌─{8,}┐$/.test(row))
  if (top < 0 || !/^ *├─{8,}┤$/.test(rows[top + 2] ?? '')) return undefined
  const bottom = rows.findIndex((row, at) => at > top && /^ *└─{8,}┘$/.test(row))
  return bottom < 0 ? undefined : rows.slice(bottom + 1)
}

function systemdScreen(rows: string[]): Prompt | undefined {
  const last = rows.findLast((row) => row.trim() !== '') ?? ''
  return systemdCounts.test(last)
    ? { kind: 'boot-loader', loader: 'systemd-boot', evidence: last.trim() }
    : undefined
}
