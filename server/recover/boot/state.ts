import { asksForDisk, beforeSystem, catching } from './catch.ts'
import { loaders } from './loaders.ts'
import { type BootSight, type BootState, type BootStep, refuse, stay } from './step.ts'

const openMs = 15_000
const stillMs = 2000
const readBackMs = 15_000
const bootMs = 300_000
/** An entry has fewer lines. */
const mostDown = 200
/** Of initramfs-tools, and of dracut before and after it has mounted the root file system. */
const initialShell = /\(initramfs\)|^(?:dracut|rd\.sh|switch_root|emergency):/
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
  const { loader, inside } = state
  const { heard, waited } = sight
  const refusal = loaders[loader].refuses(heard)
  if (refusal !== undefined) return refuse(refusal)
  if (loaders[loader].edits(sight)) return stay({ at: 'seeking', loader, keys: 0, inside })
  if (beforeSystem(sight) !== undefined) return refuse('menu-missed')
  return waited > openMs ? refuse('no-editor') : stay(state)
}

function seeking(state: Extract<BootState, { at: 'seeking' }>, sight: BootSight): BootStep {
  const { loader: name, inside, keys } = state
  const { view, raw, waited } = sight
  const loader = loaders[name]
  const refusal = loader.refusal(view)
  if (refusal !== undefined) return refuse(refusal)
  if (loader.submenus?.shows(view)) {
    if (inside >= mostInside) return refuse('no-linux-line')
    return { state: { at: 'leaving', loader: name, inside }, key: 'escape' }
  }
  const line = loader.line(view)
  const { row } = view.cursor
  if (line !== undefined && row >= line.first && row <= line.last)
    return { state: { at: 'reading', loader: name, text: null }, key: 'end' }
  if (keys >= mostDown) return refuse('no-linux-line')
  // At its end, or nobody is there any more.
  if (loader.keys.down === undefined || (keys > 0 && raw === '')) {
    if (waited <= stillMs) return stay(state)
    return refuse(line === undefined ? 'no-linux-line' : 'no-answer')
  }
  return { state: { ...state, keys: keys + 1 }, key: 'down' }
}

function leaving(state: Extract<BootState, { at: 'leaving' }>, { prompt, waited }: BootSight): BootStep {
  const { loader, inside } = state
  if (prompt.kind === 'boot-loader' && prompt.loader === loaders[loader].menu)
    return { state: { at: 'entering', loader, inside }, key: 'enter' }
  return waited > openMs ? refuse('no-editor') : stay(state)
}

/** The menu that stood there is drawn again by another one. */
function entering(state: Extract<BootState, { at: 'entering' }>, sight: BootSight): BootStep {
  const { loader, inside } = state
  const { prompt, heard, waited } = sight
  const refusal = loaders[loader].refuses(heard)
  if (refusal !== undefined) return refuse(refusal)
  const drawn = loaders[loader].submenus?.drawn(heard)
  if (drawn && prompt.kind === 'boot-loader' && prompt.loader === loaders[loader].menu)
    return { state: { at: 'opening', loader, inside: inside + 1 }, key: 'edit' }
  if (beforeSystem(sight) !== undefined) return refuse('menu-missed')
  return waited > openMs ? refuse('no-editor') : stay(state)
}

/** Only a line that is seen as a whole can be read back; one that is read twice alike is not just being drawn. */
function reading({ loader, text }: Extract<BootState, { at: 'reading' }>, sight: BootSight): BootStep {
  const { view, waited } = sight
  const line = loaders[loader].line(view)
  if (line?.whole === true) {
    if (line.text !== text) return stay({ at: 'reading', loader, text: line.text })
    const added = loaders[loader].addition(line.text, view)
    return { state: { at: 'reading-back', loader, added, wanted: line.text + added }, key: 'addition' }
  }
  return waited > stillMs ? refuse('line-too-long') : stay({ at: 'reading', loader, text: null })
}

function readingBack(state: Extract<BootState, { at: 'reading-back' }>, sight: BootSight): BootStep {
  const found = loaders[state.loader].line(sight.view)
  if (found !== undefined && loaders[state.loader].stands(found.text, state))
    return { state: { at: 'booting' }, key: 'boot' }
  return sight.waited > readBackMs ? refuse('mistyped') : stay(state)
}

function booting({ prompt, heard, waited }: BootSight): BootStep {
  if (asksForDisk(heard)) return refuse('encrypted-root')
  if (initialShell.test(prompt.evidence) || prompt.kind === 'sulogin') return refuse('initial-system')
  if (prompt.kind === 'login') return refuse('addition-ignored')
  if (prompt.kind === 'shell' && prompt.root !== false && prompt.typed === '') return stay({ at: 'shell' })
  return waited > bootMs ? refuse('no-shell') : stay({ at: 'booting' })
}
