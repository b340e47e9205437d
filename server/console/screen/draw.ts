import type { IBuffer, IBufferCell, Terminal } from '@xterm/headless'
import { type Attributes, type CoreBuffer, internalsOf } from './internals.ts'

/**
 * ANSI text that draws a terminal's screen, with up to `lines` of its scrollback, on a terminal of the same size that was reset: characters,
 * cursor, both buffers and the modes a program may have set.
 */
export function drawScreen(terminal: Terminal, lines: number): string {
  const { normal, alternate, active } = terminal.buffer
  const { buffers } = internalsOf(terminal)
  const pen = new Pen(terminal)
  const first = Math.max(0, normal.length - terminal.rows - lines)
  let text = pen.rows(normal, first) + pen.place(normal, buffers.normal)
  if (active.type === 'alternate') {
    text += `${pen.plain()}\x1b[?1047h\x1b[H${pen.rows(alternate, 0)}${pen.place(alternate, buffers.alt)}`
  }
  return text + pen.end(active)
}

/** Writes cells one after the other, with the style of each where it differs from the one before. */
class Pen {
  readonly #terminal: Terminal
  #style = ''

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** All rows from `first` to the end, the last one without a line end. */
  rows(buffer: IBuffer, first: number): string {
    const parts: string[] = []
    for (let y = first; y < buffer.length; y += 1) {
      const wrapped = y > first && buffer.getLine(y)?.isWrapped === true && isFull(buffer, y - 1)
      if (y > first && !wrapped) parts.push(this.#to(''), '\r\n')
      parts.push(this.#row(buffer, y, wrapped))
    }
    return parts.join('') + this.#to('')
  }

  #row(buffer: IBuffer, y: number, wrapped: boolean): string {
    const line = buffer.getLine(y)
    if (line === undefined) return ''
    const cell = buffer.getNullCell()
    const parts: string[] = []
    let blank = 0
    for (let x = 0; x < line.length; x += 1) {
      line.getCell(x, cell)
      const chars = cell.getChars()
      if (chars === '' && cell.getWidth() === 0) continue
      if (chars === '') {
        const background = backgroundOf(cell)
        // Only a character makes the row before wrap; to move would stay in that row.
        if (wrapped && x === 0) parts.push(this.#to(background), ' ')
        else if (background === '') blank += 1
        else {
          // Blanks of a colour: erased in it one by one, so that they stay blanks.
          parts.push(skip(blank), this.#to(background), '\x1b[X\x1b[C')
          blank = 0
        }
        continue
      }
      parts.push(skip(blank), this.#to(styleOf(cell)), chars)
      blank = 0
    }
    // The row that a wrap begins takes the colour of what wrapped.
    if (wrapped && blank > 0) parts.push(this.#to(''), '\x1b[K')
    return parts.join('')
  }

  plain(): string {
    return this.#to('')
  }

  /**
   * Tab stops, scroll region and saved cursor of a buffer, where they are not as after a reset; all of them move the cursor, which is put
   * to its place then.
   */
  place(buffer: IBuffer, core: CoreBuffer): string {
    const { rows } = this.#terminal
    const { scrollTop, scrollBottom } = core
    let text = tabStops(this.#terminal, core)
    if (scrollTop !== 0 || scrollBottom !== rows - 1) text += `\x1b[${scrollTop + 1};${scrollBottom + 1}r`
    const savedRow = Math.max(0, core.savedY - core.ybase)
    const savedStyle = styleOf(core.savedCurAttrData)
    if (core.savedX + savedRow > 0 || savedStyle !== '') {
      text += `\x1b[${savedRow + 1};${core.savedX + 1}H${this.#to(savedStyle)}\x1b7`
    }
    const style = styleOf(internalsOf(this.#terminal)._inputHandler._curAttrData)
    return `${text}\x1b[${buffer.cursorY + 1};${buffer.cursorX + 1}H${this.#to(style)}`
  }

  /** The modes, and the cursor at its place, as if the last thing printed had just been. */
  end(buffer: IBuffer): string {
    const { modes, cols } = this.#terminal
    const { _inputHandler, buffers } = internalsOf(this.#terminal)
    const top = modes.originMode ? buffers.active.scrollTop : 0
    const origin = modes.originMode ? '\x1b[?6h' : ''
    const style = styleOf(_inputHandler._curAttrData)
    const row = buffer.cursorY - top + 1
    const joins = _inputHandler._parser.precedingJoinState !== 0
    const settings = charsets(this.#terminal) + modesOf(this.#terminal)
    if (buffer.cursorX === 0 || (!joins && buffer.cursorX < cols)) {
      return `${origin}\x1b[${row};${buffer.cursorX + 1}H${this.#to(style)}${settings}`
    }
    const line = buffer.getLine(buffer.baseY + buffer.cursorY)
    const x = buffer.cursorX - (line?.getCell(buffer.cursorX - 1)?.getWidth() === 0 ? 2 : 1)
    const cell = line?.getCell(x)
    // Where characters are inserted, the one that is written again must go first.
    const gone = joins && modes.insertMode ? `\x1b[${buffer.cursorX - x}P` : ''
    const again = cell === undefined ? '' : this.#to(styleOf(cell)) + gone + (cell.getChars() || ' ')
    const last = `\x1b[${row};${x + 1}H${again}`
    return joins ? origin + settings + last : origin + last + this.#to(style) + settings
  }

  /** Goes on in another style; '' is the plain one. */
  #to(style: string): string {
    if (style === this.#style) return ''
    this.#style = style
    return `\x1b[0${style}m`
  }
}

function skip(columns: number): string {
  return columns === 0 ? '' : `\x1b[${columns}C`
}

/** A line that can go on in the next by itself: something stands in its last column. */
function isFull(buffer: IBuffer, y: number): boolean {
  const line = buffer.getLine(y)
  const last = line?.getCell(line.length - 1)
  return last !== undefined && (last.getChars() !== '' || last.getWidth() === 0)
}

/** Parameters of SGR after the 0 that resets. */
function styleOf(cell: IBufferCell | Attributes): string {
  let style = ''
  if (cell.isBold()) style += ';1'
  if (cell.isDim()) style += ';2'
  if (cell.isItalic()) style += ';3'
  if (cell.isUnderline()) style += ';4'
  if (cell.isBlink()) style += ';5'
  if (cell.isInverse()) style += ';7'
  if (cell.isInvisible()) style += ';8'
  if (cell.isStrikethrough()) style += ';9'
  if (cell.isOverline()) style += ';53'
  if (cell.isFgRGB()) style += `;38;2;${channels(cell.getFgColor())}`
  else if (cell.isFgPalette()) style += paletteColour(cell.getFgColorMode(), cell.getFgColor(), 30)
  return style + backgroundOf(cell)
}

function backgroundOf(cell: IBufferCell | Attributes): string {
  if (cell.isBgRGB()) return `;48;2;${channels(cell.getBgColor())}`
  return cell.isBgPalette() ? paletteColour(cell.getBgColorMode(), cell.getBgColor(), 40) : ''
}

/** xterm.js: set by one of the sixteen short ways, and not by number. */
const sixteen = 0x1000000

function paletteColour(mode: number, colour: number, base: 30 | 40): string {
  if (mode !== sixteen) return `;${base + 8};5;${colour}`
  return `;${colour < 8 ? base + colour : base + 60 + colour - 8}`
}

function channels(colour: number): string {
  return `${(colour >>> 16) & 255};${(colour >>> 8) & 255};${colour & 255}`
}

function tabStops({ cols }: Terminal, { tabs }: CoreBuffer): string {
  const stops = Array.from({ length: cols }, (_, x) => x).filter((x) => tabs[x] === true)
  if (stops.length === Math.ceil(cols / 8) && stops.every((x) => x % 8 === 0)) return ''
  return `\x1b[3g${stops.map((x) => `\x1b[1;${x + 1}H\x1bH`).join('')}`
}

/** Line drawing, in whichever of the four sets it was put, and the set in use. */
function charsets(terminal: Terminal): string {
  const { _charsets, glevel } = internalsOf(terminal)._charsetService
  const sets = ['(', ')', '*', '+']
  const drawing = sets.map((set, g) => (_charsets[g]?.q === '\u2500' ? `\x1b${set}0` : '')).join('')
  return drawing + (['', '\x0e', '\x1bn', '\x1bo'][glevel] ?? '')
}

const cursorShapes: Record<string, number> = { block: 2, underline: 4, bar: 6 }

function modesOf(terminal: Terminal): string {
  const { coreService, coreMouseService } = internalsOf(terminal)
  const is = terminal.modes
  const { cursorStyle, cursorBlink } = coreService.decPrivateModes
  const shape = cursorShapes[cursorStyle ?? '']
  const set = [
    is.applicationCursorKeysMode && '\x1b[?1h',
    is.applicationKeypadMode && '\x1b=',
    is.bracketedPasteMode && '\x1b[?2004h',
    is.insertMode && '\x1b[4h',
    is.reverseWraparoundMode && '\x1b[?45h',
    is.sendFocusMode && '\x1b[?1004h',
    !is.wraparoundMode && '\x1b[?7l',
    mouse[is.mouseTrackingMode],
    coreMouseService.activeEncoding === 'SGR' && '\x1b[?1006h',
    coreMouseService.activeEncoding === 'SGR_PIXELS' && '\x1b[?1016h',
    coreService.isCursorHidden && '\x1b[?25l',
    shape !== undefined && `\x1b[${cursorBlink === true ? shape - 1 : shape} q`,
  ]
  return set.filter((mode) => typeof mode === 'string').join('')
}

const mouse = {
  none: '',
  x10: '\x1b[?9h',
  vt200: '\x1b[?1000h',
  drag: '\x1b[?1002h',
  any: '\x1b[?1003h',
}
