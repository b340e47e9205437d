import { plainText } from '../../console/plain-text.ts'
import type { BootLoader } from '../../console/prompts/prompt.ts'
import { loaderNames, loaders } from './loaders.ts'
import { type BootKey, type BootSight, type BootStep, type Catching, refuse, stay } from './step.ts'

/** Firmware takes minutes to test the memory of a large machine, and a person to walk to it. */
const catchMs = 900_000
/** Keys to a loader that hides its menu: one too many leads to GRUB's command line, and a command back. */
const mostEscapes = 4
const mostKeys = 6
const keyEveryMs = 1500
/** Into a silence: often enough for a menu that would wait for no second, for less than the start of a large machine. */
const mostUnseen = 2000
const unseenEveryMs = 200

/** What GRUB sends to a serial terminal before it waits for a key with its menu hidden (grub-core/term/terminfo.c, vt100). */
const grubClears = '\x1b[H\x1b[J\x1b[1;1H'
/** The first that GRUB, an entry or the system that it starts prints when there is no menu any more. */
const systemStarts = /Booting `|Loading (?:Linux|initial)|(?:\[ *[\d.]+\] )?Linux version \d/

/** What was printed before the system that starts; undefined while none does. The kernel's own first words are a message, which `heard` has not. */
export function beforeSystem({ heard, raw }: Pick<BootSight, 'heard' | 'raw'>): string | undefined {
  const printed = [heard, plainText(Buffer.from(raw, 'latin1'))].find((text) => systemStarts.test(text))
  return printed?.slice(0, printed.search(systemStarts))
}

/** A disk's passphrase is asked for, or was given: by GRUB itself, or by the initial systems of Debian, systemd, dracut, Arch and Alpine. */
export const asksForDisk = (heard: string): boolean =>
  /Please unlock disk|[Ee]nter passphrase for|Password \(\/dev\/|cryptsetup: .*set up/.test(heard)

/**
 * Waits for a menu, or has it shown. Esc goes only to a GRUB that is there: some firmware takes it for itself. Where the system starts and
 * nothing at all could be read before, firmware does not listen on this line: then it is started again with Esc pressed all the while.
 */
export function catching(state: Catching, sight: BootSight): BootStep {
  const { prompt, heard, waited } = sight
  // The only one that may ask before it boots anything.
  const locked = loaders.grub.refuses(heard)
  if (locked !== undefined) return refuse(locked)
  // A menu may still stand there from before the restart.
  const drawn = heard.trim() !== '' || state.keys > 0 || state.unseen !== null
  const caught = prompt.kind === 'boot-loader' && drawn ? opened(prompt.loader) : undefined
  if (caught !== undefined) return caught
  const before = beforeSystem(sight)
  if (before !== undefined) return missed(state, before)
  // Esc would have GRUB give up, and stop in its rescue shell.
  if (asksForDisk(heard)) return refuse('encrypted-root')
  if (prompt.kind === 'login' && asksForLogin(state, sight)) return refuse('menu-missed')
  const key = keyToMenu(state, sight)
  if (key === 'none') return waited > catchMs ? refuse('no-boot-loader') : stay(state)
  const spoke = state.spoke || heard.trim() !== ''
  return key === 'unseen'
    ? { state: { ...state, unseen: (state.unseen ?? 0) + 1 }, key: 'escape' }
    : { state: { ...state, spoke, keys: state.keys + 1 }, key }
}

/** Of this start, not one that stands there from before. After keys into a silence, whatever answers them does: login(1), or a getty by their echo. */
const asksForLogin = ({ unseen }: Catching, { heard, raw }: BootSight): boolean =>
  unseen === null ? heard.includes('login:') : raw !== ''

/** Others than these may well start one of them yet. */
function opened(shown: BootLoader): BootStep | undefined {
  if (shown === 'grub-edit') return stay({ at: 'seeking', loader: 'grub', keys: 0, inside: 0 })
  const loader = loaderNames.find((name) => loaders[name].menu === shown)
  return loader && { state: { at: 'opening', loader, inside: 0 }, key: 'edit' }
}

function missed(state: Catching, before: string): BootStep {
  if (!state.again || state.spoke || before.trim() !== '') return refuse('menu-missed')
  return { state: { at: 'catching', keys: 0, spoke: false, unseen: 0, again: false }, key: 'restart' }
}

/** What brings a menu up that is not there, where it has not been pressed too often or just now. */
function keyToMenu({ keys, spoke, unseen }: Catching, sight: BootSight): BootKey | 'unseen' {
  const { prompt, heard, raw, waited } = sight
  const silent = heard.trim() === '' && !spoke
  if (unseen !== null && silent) return unseen < mostUnseen && waited > unseenEveryMs ? 'unseen' : 'none'
  if (keys > 0 && waited <= keyEveryMs) return 'none'
  if (prompt.kind === 'boot-loader' && prompt.loader === 'grub-shell')
    return keys < mostKeys ? 'menu' : 'none'
  if (prompt.kind === 'boot-loader' && prompt.loader === 'syslinux-hidden')
    return keys < mostKeys ? 'tab' : 'none'
  const hides = /GRUB loading|Welcome to GRUB/.test(heard) || (silent && raw.includes(grubClears))
  return hides && keys < mostEscapes ? 'escape' : 'none'
}
