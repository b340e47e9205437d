import type { Terminal } from '@xterm/xterm'

/** What xterm.js (6.0) does behind its API. */
interface Core {
  _viewport: { _sync(line?: number): void }
  _selectionService: { readonly hasSelection: boolean; refresh(isLinuxMouse?: boolean): void }
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
