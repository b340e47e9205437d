import type { Terminal } from '@xterm/xterm'

/** In px. The largest fit is what reads well; more is for who asks for it. */
export const fontSizes = { least: 6, first: 14, largestFit: 18, most: 32 }

/** Sets the size in px, or the largest by which the whole screen fits into `box`. Returns what it came to. */
export function setFont(terminal: Terminal, box: HTMLElement, size: number | 'fit'): number {
  const frame = terminal.element
  const screen = frame?.querySelector('.xterm-screen')
  if (size !== 'fit') terminal.options.fontSize = size
  else if (frame && screen) fitFont(terminal, { box, frame, screen })
  return terminal.options.fontSize ?? fontSizes.first
}

interface Boxes {
  /** What there is room for. */
  box: Element
  /** The terminal with its padding. */
  frame: Element
  /** The rows and columns. */
  screen: Element
}

/** The screen grows with the font, but by whole pixels of a cell: the aim is near, and then corrected. */
function fitFont(terminal: Terminal, { box, frame, screen }: Boxes): void {
  const now = screen.getBoundingClientRect()
  const around = frame.getBoundingClientRect()
  if (now.width === 0 || box.clientWidth === 0) return
  const wide = (box.clientWidth - (around.width - now.width)) / now.width
  const high = (box.clientHeight - (around.height - now.height)) / now.height
  const aim = (terminal.options.fontSize ?? fontSizes.first) * Math.min(wide, high)
  let size = Math.min(fontSizes.largestFit, Math.max(fontSizes.least, Math.floor(aim * 2 + 1) / 2))
  terminal.options.fontSize = size
  while (size > fontSizes.least && !fits(box, frame)) {
    size -= 0.5
    terminal.options.fontSize = size
  }
}

function fits(box: Element, frame: Element): boolean {
  const { width, height } = frame.getBoundingClientRect()
  return width <= box.clientWidth && height <= box.clientHeight
}
