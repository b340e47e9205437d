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
const setups =
  /Aptio Setup Utility|BIOS Setup Utility|Phoenix SecureCore|UEFI BIOS Configuration|System Setup Main Menu/

/** A boot loader that waits at its own prompt. */
export function loaderLine({ before }: CursorLine): Prompt | undefined {
  const found = lines.find(([, shape]) => shape.test(before))
  return found && { kind: 'boot-loader', loader: found[0], evidence: before.trimEnd() }
}

/** A boot loader or firmware that shows a menu. */
export function bootScreen({ rows }: ScreenView): Prompt | undefined {
  const setup = rows.find((row) => setups.test(row))
  if (setup !== undefined) return { kind: 'firmware', evidence: setup.trim() }
  const title = rows.find((row) => grubTitle.test(row))
  const editor = rows.find((row) => grubEditor.test(row))
  if (editor !== undefined) return { kind: 'boot-loader', loader: 'grub-edit', evidence: editor.trim() }
  if (title === undefined) return undefined
  const last = rows.findLast((row) => row.trim() !== '') ?? ''
  if (last !== title && !grubFoot.test(last)) return undefined
  return { kind: 'boot-loader', loader: 'grub-menu', evidence: title.trim() }
}
