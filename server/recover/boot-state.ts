import { asksForLoaderPassword, catching, systemStarts } from './boot-catch.ts'
import { type BootSight, type BootState, type BootStep, refuse, stay } from './boot-step.ts'
import { linuxLine, showsSubmenu } from './grub-editor.ts'

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

const openMs = 15_000
const stillMs = 2000
const readBackMs = 15_000
const bootMs = 300_000
/** An entry has fewer lines. */
const mostDown = 200
/** Submenus within submenus. */
const mostInside = 3

/** The next state and the key that goes with it. Pure. */
export function nextBootStep(state: BootState, sight: BootSight): BootStep {
  switch (state.at) {
    case 'catching':
      return catching(state, sight)
    case 'opening':
      return opening(state, sight)
    case 'seeking':
      return seeking(state, sight)
    case 'leaving':
      return leaving(state, sight)
    case 'entering':
      return entering(state, sight)
    case 'reading':
      return reading(state, sight)
    case 'reading-back':
      return readingBack(state, sight)
    case 'booting':
      return booting(sight)
    case 'shell':
    case 'refused':
      return stay(state)
  }
}

function opening(state: Extract<BootState, { at: 'opening' }>, sight: BootSight): BootStep {
  const { prompt, heard, waited } = sight
  if (asksForLoaderPassword(heard)) return refuse('loader-password')
  if (prompt.kind === 'boot-loader' && prompt.loader === 'grub-edit')
    return stay({ at: 'seeking', keys: 0, inside: state.inside })
  if (systemStarts.test(heard)) return refuse('menu-missed')
  return waited > openMs ? refuse('no-editor') : stay(state)
}

function seeking(state: Extract<BootState, { at: 'seeking' }>, sight: BootSight): BootStep {
  const { inside } = state
  const { view, raw, waited } = sight
  if (showsSubmenu(view))
    return inside < mostInside ? { state: { at: 'leaving', inside }, key: 'escape' } : refuse('no-linux-line')
  const line = linuxLine(view)
  const { row } = view.cursor
  if (line !== undefined && row >= line.first && row <= line.last)
    return { state: { at: 'reading', text: null }, key: 'end' }
  if (state.keys >= mostDown) return refuse('no-linux-line')
  // At its end, or nobody is there any more.
  if (state.keys > 0 && raw === '') {
    if (waited <= stillMs) return stay(state)
    return refuse(line === undefined ? 'no-linux-line' : 'no-answer')
  }
  return { state: { ...state, keys: state.keys + 1 }, key: 'down' }
}

function leaving(state: Extract<BootState, { at: 'leaving' }>, { prompt, waited }: BootSight): BootStep {
  if (prompt.kind === 'boot-loader' && prompt.loader === 'grub-menu')
    return { state: { at: 'entering', inside: state.inside }, key: 'enter' }
  return waited > openMs ? refuse('no-editor') : stay(state)
}

/** The menu that stood there is drawn again by another one. */
function entering(state: Extract<BootState, { at: 'entering' }>, sight: BootSight): BootStep {
  const { prompt, heard, waited } = sight
  if (asksForLoaderPassword(heard)) return refuse('loader-password')
  if (prompt.kind === 'boot-loader' && prompt.loader === 'grub-menu' && heard.includes('GNU GRUB'))
    return { state: { at: 'opening', inside: state.inside + 1 }, key: 'edit' }
  if (systemStarts.test(heard)) return refuse('menu-missed')
  return waited > openMs ? refuse('no-editor') : stay(state)
}

/** Only a line that is seen as a whole can be read back; one that is read twice alike is not just being drawn. */
function reading(state: Extract<BootState, { at: 'reading' }>, { view, waited }: BootSight): BootStep {
  const line = linuxLine(view)
  if (line?.whole === true) {
    if (line.text !== state.text) return stay({ at: 'reading', text: line.text })
    const added = additionTo(line.text)
    return { state: { at: 'reading-back', added, wanted: line.text + added }, key: 'addition' }
  }
  return waited > stillMs ? refuse('line-too-long') : stay({ at: 'reading', text: null })
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
