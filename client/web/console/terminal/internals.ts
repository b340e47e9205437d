import type { Terminal } from '@xterm/xterm'

/** What xterm.js (6.0) does behind its API. */
interface Core {
  _renderService: { readonly _renderer: { readonly value?: { _widthCache?: WidthCache } } }
  _viewport: { _sync(line?: number): void }
  _selectionService: { readonly hasSelection: boolean; refresh(isLinuxMouse?: boolean): void }
}

/** Of the DOM renderer. */
interface WidthCache {
  readonly _measureElements: readonly HTMLElement[]
  _measure(letter: string, variant: number): number
}

/**
 * Where xterm.js draws with the DOM it has the browser lay out the page for each letter that it sees first, in the middle of drawing:
 * 1.5 ms for each, a tenth of a second for a screen of text. A canvas measures without.
 */
export function measureByCanvas(terminal: Terminal): void {
  const widths = (terminal as unknown as { _core: Core })._core._renderService._renderer.value?._widthCache
  const context = document.createElement('canvas').getContext('2d')
  if (!widths || !context) return
  context.fontKerning = 'none'
  widths._measure = (letter, variant) => {
    const { fontStyle, fontWeight } = widths._measureElements[variant]?.style ?? {}
    const { fontFamily, fontSize } = widths._measureElements[variant]?.parentElement?.style ?? {}
    context.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`
    return context.measureText(letter).width
  }
}

/**
 * xterm.js moves its scroll bar for each line that scrolls, by two timers, and draws every row of a frame a second time for a selection that
 * there is not: half of what a flood costs where there is no graphics card. Both are seen once a frame, and that is how often they are done.
 * Its test notices when a newer version has them elsewhere. Returns what ends it.
 */
export function drawOncePerFrame(terminal: Terminal): () => void {
  const { _viewport: viewport, _selectionService: selection } = (terminal as unknown as { _core: Core })._core
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
