import '@xterm/xterm/css/xterm.css'
import { Terminal } from '@xterm/xterm'
import type { Address } from './address.ts'
import { kindOfInput, swallowQueries } from './answers.ts'
import { ansi } from './palette.ts'
import type { View } from './session.ts'
import { copySelection, guardClipboard } from './terminal/clipboard.ts'
import { keepCursorInView } from './terminal/cursor-in-view.ts'
import { drawDivider, drawFast } from './terminal/drawing.ts'
import { Feed } from './terminal/feed.ts'
import { fontSizes, setFont } from './terminal/font.ts'
import { guardFromDevice } from './terminal/guard.ts'
import { drawOncePerFrame, measureTogether } from './terminal/internals.ts'
import { printLettersTogether } from './terminal/letters.ts'
import { showLinks } from './terminal/links.ts'
import { notePlaces } from './terminal/places.ts'
import { type ScrollEvents, watchScrolling } from './terminal/scrolling.ts'
import { type SearchResult, searchIn, type TerminalSearch } from './terminal/search.ts'

export interface TerminalOptions extends ScrollEvents {
  element: HTMLElement
  size: { rows: number; cols: number }
  /** What the terminal is, for who does not see it. */
  label: string
  screenReader: boolean
  onKeys(bytes: Uint8Array<ArrayBuffer>): void
  onMouse(bytes: Uint8Array<ArrayBuffer>): void
  onPaste(text: string): void
  onSelection(selected: boolean): void
  /** One of many on the page: drawn without the graphics card, of whose contexts a page has 16 at most, and with little to scroll back. */
  small?: boolean
  /** Whether this page holds the write lock. */
  isWriter(): boolean
  /** The person wants out of the terminal, by keyboard. */
  onLeave(): void
  /** The device rang. */
  onBell?(): void
  /** The mouse is over an address that the device printed, or over none any more. */
  onHoverAddress?(address: Address | null): void
  /** Somebody wants to open an address; without this none can be opened. */
  onOpenAddress?(address: Address): void
  onSearchResult?(result: SearchResult): void
  copiesOnSelect?(): boolean
}

export interface TerminalView extends View {
  search: TerminalSearch
  focus(): void
  /** Font size in px, or `fit`: as large as the whole screen fits, within reason. Returns the size it came to. */
  setFont(size: number | 'fit'): number
  setScreenReader(on: boolean): void
  /** Puts what is selected into the clipboard. Rejects when the browser does not let it. */
  copy(): Promise<void>
  /** As if pasted: brackets it where the program at the far end asked for that. */
  paste(text: string): void
  /** Whether it asked for that (DECSET 2004). */
  bracketedPaste(): boolean
  toNewest(): void
  /** Addresses in sight, from the top of the screen down. */
  links(): Address[]
  /** About the offset of the oldest line that is held here. */
  oldest(): number | null
  /** Whether the program at the far end wants arrow keys as an application's (DECCKM). */
  applicationCursor(): boolean
  close(): void
}

/** Enough to read back through a boot; the rest is history's. */
const scrollback = 10_000
const smallScrollback = 200

/** The one place that knows xterm.js, with the folder of its name. */
export function openTerminal(options: TerminalOptions): TerminalView {
  const terminal = new Terminal({
    ...options.size,
    scrollback: options.small ? smallScrollback : scrollback,
    theme: ansi,
    fontFamily: "'JetBrains Mono', ui-monospace, monospace",
    fontSize: fontSizes.first,
    lineHeight: 1.2,
    cursorBlink: false,
    screenReaderMode: options.screenReader,
    // It types arrow keys where somebody only wanted to place the mouse.
    altClickMovesCursor: false,
    logLevel: 'off',
    // Decorations, by which a loss is drawn, are still called proposed.
    allowProposedApi: true,
  })
  swallowQueries(terminal.parser)
  guardFromDevice(terminal)
  listen(terminal, options)
  const links = showLinks(terminal, {
    onHover: (address) => options.onHoverAddress?.(address),
    onOpen: (address) => options.onOpenAddress?.(address),
  })
  terminal.open(options.element)
  terminal.textarea?.setAttribute('aria-label', options.label)
  const undraw = drawOncePerFrame(terminal)
  if (!options.small) drawFast(terminal)
  measureTogether(terminal)
  printLettersTogether(terminal)
  const unguard = guardClipboard(terminal, {
    element: options.element,
    onPaste: options.onPaste,
    copiesOnSelect: () => options.copiesOnSelect?.() ?? false,
  })
  // One of many is as wide as its room, and as high as it gets: nothing scrolls, and what it prints must not scroll the page to it.
  const unfollow = options.small ? null : keepCursorInView(terminal, options.element)
  const close = () => {
    unguard()
    unfollow?.()
    undraw()
    terminal.dispose()
  }
  return { ...viewOf(terminal, options), links, close }
}

function viewOf(terminal: Terminal, options: TerminalOptions): Omit<TerminalView, 'links' | 'close'> {
  const places = notePlaces(terminal)
  const feed = new Feed(terminal)
  return {
    search: searchIn(terminal, (result) => options.onSearchResult?.(result)),
    write: (bytes, parsed) => feed.write(bytes, parsed),
    divide: (label, parsed) => {
      feed.write(new Uint8Array(0), () => {
        drawDivider(terminal, label)
        parsed()
      })
    },
    resize: ({ rows, cols }) => terminal.resize(cols, rows),
    clear: () => terminal.clear(),
    // RIS, so that it comes after what was written before. It would clear what is still to be parsed.
    draw: (screen, drawn) => feed.replace(`\x1bc${screen}`, drawn),
    focus: () => terminal.focus(),
    setFont: (size) => setFont(terminal, options.element, size),
    setScreenReader: (on) => {
      terminal.options.screenReaderMode = on
    },
    copy: () => copySelection(terminal),
    paste: (text) => terminal.paste(text),
    bracketedPaste: () => terminal.modes.bracketedPasteMode,
    toNewest: () => terminal.scrollToBottom(),
    reached: (offset) => places.note(offset),
    oldest: () => places.oldest(),
    applicationCursor: () => terminal.modes.applicationCursorKeysMode,
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
  terminal.onBell(() => options.onBell?.())
  const turned = watchScrolling(terminal, options)
  terminal.attachCustomKeyEventHandler((event) => !isOurs(terminal, options, event))
  // In an editor or pager a wheel becomes arrow keys, and scrolling must not take the lock.
  terminal.attachCustomWheelEventHandler(({ deltaY }) => {
    turned(deltaY)
    return terminal.buffer.active.type === 'normal' || options.isWriter()
  })
}

/** Keys that are for the page. All others go to the device. */
function isOurs(terminal: Terminal, options: TerminalOptions, event: KeyboardEvent): boolean {
  if (!event.ctrlKey || !event.shiftKey) return false
  if (event.key === 'F6') {
    if (event.type === 'keydown') options.onLeave()
    return true
  }
  if (event.code !== 'KeyC') return false
  if (event.type === 'keydown') void copySelection(terminal).catch(() => {})
  event.preventDefault()
  return true
}
