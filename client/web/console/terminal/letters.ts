import type { Terminal } from '@xterm/xterm'
import { coreOf } from './core.ts'

/** What gives to the screen what was printed (xterm.js 6.0). */
interface InputHandler {
  /** Puts what has no control in it, in code points, on the screen. */
  print(codes: Uint32Array, from: number, end: number): void
  readonly _activeBuffer: { x: number; y: number; ybase: number; lines: { get(at: number): Row | undefined } }
  readonly _curAttrData: { fg: number; bg: number }
  readonly _bufferService: { readonly cols: number }
  readonly _charsetService: { readonly charset?: unknown }
  readonly _coreService: { readonly modes: { readonly insertMode: boolean } }
  readonly _optionsService: { readonly rawOptions: { readonly screenReaderMode: boolean } }
}

interface Row {
  /** Three numbers for each cell: its letter and width, its colours and styles. */
  readonly _data: Uint32Array
  getWidth(column: number): number
}

/** In a cell's numbers (xterm.js, src/common/buffer/Constants.ts): one column wide; more about its style stands elsewhere. */
const oneWide = 1 << 22
const hasMoreStyle = 1 << 28
/** Fewer letters are not worth a look at what else might matter. */
const fewest = 4

/**
 * xterm.js asks of each letter how wide it is, whether it joins the one before it, and whether it belongs to a link: most of what parsing
 * a flood costs. For ASCII that fits into its row the answers are known.
 */
export function printLettersTogether(terminal: Pick<Terminal, 'buffer'>): void {
  const handler = coreOf<{ _inputHandler: InputHandler }>(terminal)._inputHandler
  const print = handler.print.bind(handler)
  handler.print = (codes, from, end) => print(codes, from + lettersPrinted(handler, codes, from, end), end)
}

/** Prints the ASCII that this begins with, as far as its row reaches; how many letters. The last is left to xterm.js, so that it knows what the next one joins, and which rows a link has. */
function lettersPrinted(handler: InputHandler, codes: Uint32Array, from: number, end: number): number {
  const buffer = handler._activeBuffer
  const { x } = buffer
  const edge = Math.min(end, from + handler._bufferService.cols - x)
  if (edge - from < fewest || !isPlain(handler)) return 0
  const row = buffer.lines.get(buffer.ybase + buffer.y)
  // Half of a wide letter does not stay.
  if (!row || (x > 0 && row.getWidth(x - 1) === 2)) return 0
  const { fg, bg } = handler._curAttrData
  const cells = row._data
  let at = from
  for (let cell = x * 3; at < edge; cell += 3) {
    const code = codes[at] ?? 0
    if (code < 0x20 || code > 0x7e) break
    cells[cell] = code | oneWide
    cells[cell + 1] = fg
    cells[cell + 2] = bg
    at += 1
  }
  const printed = Math.max(0, at - from - 1)
  buffer.x += printed
  return printed
}

/** Letters stand for themselves, are read to nobody, move no others, and have a style that fits into their cell. */
function isPlain(handler: InputHandler): boolean {
  return (
    !handler._charsetService.charset &&
    !handler._optionsService.rawOptions.screenReaderMode &&
    !handler._coreService.modes.insertMode &&
    (handler._curAttrData.bg & hasMoreStyle) === 0
  )
}
