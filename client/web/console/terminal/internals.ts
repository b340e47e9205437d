import type { Terminal } from '@xterm/xterm'
import { coreOf } from './core.ts'

/** What xterm.js (6.0) draws with. */
interface Core {
  _renderService: { readonly _renderer: { readonly value?: { _widthCache?: WidthCache } } }
  _viewport: { _sync(line?: number): void }
  _selectionService: { readonly hasSelection: boolean; refresh(isLinuxMouse?: boolean): void }
}

/** Of the DOM renderer: widths of letters in px, by an element for each of regular, bold, italic and both. */
interface WidthCache {
  readonly _measureElements: readonly HTMLElement[]
  _measure(letter: string, variant: number): number
  /** Sizes or fonts have changed. */
  clear(): void
}

const ascii = Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at))
/** Widths are whole pixels: so many letters make them exact enough. xterm.js takes as many. */
const repeated = 32

/**
 * Where xterm.js draws with the DOM it has the browser lay out the page for each letter that it sees first, in the middle of drawing:
 * 1.5 ms for each, a tenth of a second for a screen of text. Here one layout measures all of ASCII.
 */
export function measureTogether(terminal: Terminal): void {
  const cache = coreOf<Core>(terminal)._renderService._renderer.value?._widthCache
  if (!cache) return
  const measure = cache._measure.bind(cache)
  const clear = cache.clear.bind(cache)
  let known: ReadonlyMap<string, number>[] = []
  cache._measure = (letter, variant) => {
    const element = cache._measureElements[variant]
    // Each change of size asks for W twice, and a terminal is fitted in several: that is no text yet.
    if (!element || letter === 'W' || !ascii.includes(letter)) return measure(letter, variant)
    const widths = known[variant] ?? widthsOf(element)
    const width = widths.get(letter) ?? 0
    // Nothing is wide where the terminal is not shown.
    if (width > 0) known[variant] = widths
    return width
  }
  cache.clear = () => {
    known = []
    clear()
  }
}

function widthsOf(like: HTMLElement): ReadonlyMap<string, number> {
  const letters = ascii.map((letter) => {
    const element = like.cloneNode() as HTMLElement
    element.textContent = letter.repeat(repeated)
    return element
  })
  like.after(...letters)
  const widths = letters.map(({ offsetWidth }, at) => [ascii[at] ?? '', offsetWidth / repeated] as const)
  for (const element of letters) element.remove()
  return new Map(widths)
}

/**
 * xterm.js moves its scroll bar for each line that scrolls, by two timers, and draws every row of a frame a second time for a selection that
 * there is not: half of what a flood costs where there is no graphics card. Both are seen once a frame, and that is how often they are done.
 * Its test notices when a newer version has them elsewhere. Returns what ends it.
 */
export function drawOncePerFrame(terminal: Terminal): () => void {
  const { _viewport: viewport, _selectionService: selection } = coreOf<Core>(terminal)
  const sync = viewport._sync.bind(viewport)
  let frame: number | undefined
  // Without a line: one has just scrolled away.
  viewport._sync = (...line) => {
    if (line.length > 0) return sync(...line)
    frame ??= requestAnimationFrame(() => {
      frame = undefined
      sync()
    })
  }
  const refresh = selection.refresh.bind(selection)
  let isDrawn = false
  selection.refresh = (...how) => {
    if (!isDrawn && !selection.hasSelection) return
    isDrawn = selection.hasSelection
    refresh(...how)
  }
  return () => {
    if (frame !== undefined) cancelAnimationFrame(frame)
  }
}
