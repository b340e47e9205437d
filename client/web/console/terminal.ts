import '@xterm/xterm/css/xterm.css'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { WebglAddon } from '@xterm/addon-webgl'
import { Terminal } from '@xterm/xterm'
import { kindOfInput, swallowQueries } from './answers.ts'
import { ansi } from './palette.ts'
import type { View } from './session.ts'
import classes from './terminal.module.css'

export interface TerminalOptions {
  element: HTMLElement
  size: { rows: number; cols: number }
  /** What the terminal is, for who does not see it. */
  label: string
  screenReader: boolean
  onKeys(bytes: Uint8Array<ArrayBuffer>): void
  onMouse(bytes: Uint8Array<ArrayBuffer>): void
  onPaste(text: string): void
  onSelection(selected: boolean): void
  /** Whether this page holds the write lock. */
  isWriter(): boolean
  /** The person wants out of the terminal, by keyboard. */
  onLeave(): void
}

export interface TerminalView extends View {
  focus(): void
  /** Font size in px, or `fit`: as large as the whole screen fits, within reason. Returns the size it came to. */
  setFont(size: number | 'fit'): number
  setScreenReader(on: boolean): void
  /** Puts what is selected into the clipboard. */
  copy(): void
  /** As if pasted: brackets it where the program at the far end asked for that. */
  paste(text: string): void
  close(): void
}

/** In px. The largest fit is what reads well; more is for who asks for it. */
export const fontSizes = { least: 6, first: 14, largestFit: 18, most: 32 }

/** Enough to read back through a boot; the rest is history's. */
const scrollback = 10_000

/** The one place that knows xterm.js. */
export function openTerminal(options: TerminalOptions): TerminalView {
  const terminal = new Terminal({
    ...options.size,
    scrollback,
    theme: ansi,
    fontFamily: "'JetBrains Mono', ui-monospace, monospace",
    fontSize: fontSizes.first,
    lineHeight: 1.2,
    cursorBlink: false,
    screenReaderMode: options.screenReader,
    // It types arrow keys where somebody only wanted to place the mouse.
    altClickMovesCursor: false,
    linkHandler: { activate: openLink },
    logLevel: 'off',
    // Decorations, by which a loss is drawn, are still called proposed.
    allowProposedApi: true,
  })
  swallowQueries(terminal.parser)
  listen(terminal, options)
  terminal.open(options.element)
  terminal.textarea?.setAttribute('aria-label', options.label)
  terminal.loadAddon(new WebLinksAddon(openLink))
  drawFast(terminal)
  const stopPasting = interceptPaste(options)
  const close = () => {
    stopPasting()
    terminal.dispose()
  }
  return { ...viewOf(terminal, options), close }
}

function viewOf(terminal: Terminal, { element }: TerminalOptions): Omit<TerminalView, 'close'> {
  return {
    write: (bytes, parsed) => terminal.write(bytes, parsed),
    divide: (label, parsed) => {
      terminal.write('', () => {
        drawDivider(terminal, label)
        parsed()
      })
    },
    resize: ({ rows, cols }) => terminal.resize(cols, rows),
    clear: () => terminal.clear(),
    focus: () => terminal.focus(),
    setFont: (size) => setFont(terminal, element, size),
    setScreenReader: (on) => {
      terminal.options.screenReaderMode = on
    },
    copy: () => copySelection(terminal),
    paste: (text) => terminal.paste(text),
  }
}

function listen(terminal: Terminal, options: TerminalOptions): void {
  const encoder = new TextEncoder()
  terminal.onData((data) => {
    const kind = kindOfInput(data)
    if (kind === 'keys') options.onKeys(encoder.encode(data))
    if (kind === 'mouse') options.onMouse(encoder.encode(data))
  })
  // Only the oldest mouse protocol speaks in bytes that are no text.
  terminal.onBinary((data) => options.onMouse(Uint8Array.from(data, (letter) => letter.charCodeAt(0))))
  terminal.onSelectionChange(() => options.onSelection(terminal.hasSelection()))
  terminal.attachCustomKeyEventHandler((event) => {
    const chord = event.ctrlKey && event.shiftKey
    if (chord && event.key === 'F6') {
      if (event.type === 'keydown') options.onLeave()
      return false
    }
    if (chord && event.code === 'KeyC' && terminal.hasSelection()) {
      if (event.type === 'keydown') copySelection(terminal)
      event.preventDefault()
      return false
    }
    return true
  })
  // In an editor or pager a wheel becomes arrow keys, and scrolling must not take the lock.
  terminal.attachCustomWheelEventHandler(() => terminal.buffer.active.type === 'normal' || options.isWriter())
}

function copySelection(terminal: Terminal): void {
  // Browsers have this object for https and localhost only; elsewhere the old way asks xterm for its selection.
  if (navigator.clipboard) void navigator.clipboard.writeText(terminal.getSelection())
  else {
    terminal.focus()
    document.execCommand('copy')
  }
}

/** Every paste passes the page first, which asks before several lines run as so many commands. */
function interceptPaste({ element, onPaste }: TerminalOptions): () => void {
  const paste = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopPropagation()
    onPaste(event.clipboardData?.getData('text/plain') ?? '')
  }
  element.addEventListener('paste', paste, { capture: true })
  return () => element.removeEventListener('paste', paste, { capture: true })
}

/** With Ctrl or Cmd only: a click into the terminal is usually for the keyboard, and the device chose the address. */
function openLink(event: MouseEvent, address: string): void {
  if (!event.ctrlKey && !event.metaKey) return
  if (/^https?:\/\//i.test(address)) window.open(address, '_blank', 'noopener,noreferrer')
}

/** On the graphics card where there is one; xterm's own way of drawing is what remains when it is lost. */
function drawFast(terminal: Terminal): void {
  try {
    const webgl = new WebglAddon()
    webgl.onContextLoss(() => webgl.dispose())
    terminal.loadAddon(webgl)
  } catch {
    // No WebGL here. The DOM draws well enough for a serial line.
  }
}

/** Lies over the screen and scrolls with it, so that what the device drew stays as it was. */
function drawDivider(terminal: Terminal, label: string): void {
  const marker = terminal.registerMarker(0)
  const decoration = terminal.registerDecoration({ marker, width: terminal.cols, layer: 'top' })
  decoration?.onRender((element) => {
    element.className = `${element.className.split(' ')[0]} ${classes.divider}`
    element.dataset.label = label
  })
}

function setFont(terminal: Terminal, box: HTMLElement, size: number | 'fit'): number {
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
