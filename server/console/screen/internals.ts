import type { Terminal } from '@xterm/headless'

/** Attributes of a cell or of the cursor, as xterm.js packs them. Readable through the methods of a buffer cell, too. */
export interface Attributes {
  isInverse(): number
  isBold(): number
  isUnderline(): number
  isOverline(): number
  isBlink(): number
  isInvisible(): number
  isItalic(): number
  isDim(): number
  isStrikethrough(): number
  getFgColorMode(): number
  getBgColorMode(): number
  getFgColor(): number
  getBgColor(): number
  isFgRGB(): boolean
  isBgRGB(): boolean
  isFgPalette(): boolean
  isBgPalette(): boolean
}

export interface CoreBuffer {
  scrollTop: number
  scrollBottom: number
  savedX: number
  savedY: number
  ybase: number
  savedCurAttrData: Attributes
  tabs: Record<number, boolean | undefined>
}

/** What xterm.js (6.0) knows of a terminal's state and does not tell through its API. Only read, but for `parse`. */
interface Core {
  coreService: {
    isCursorHidden: boolean
    decPrivateModes: { cursorStyle?: string; cursorBlink?: boolean }
  }
  coreMouseService: { activeEncoding: string }
  _charsetService: { glevel: number; _charsets: (Record<string, string> | undefined)[] }
  _inputHandler: {
    /** Takes bytes at once. Gives a promise only where a handler does, and none of ours. */
    parse(bytes: Uint8Array): unknown
    _curAttrData: Attributes
    /** Not 0 when a character was printed last: a mark joins it, REP repeats it. */
    _parser: { precedingJoinState: number }
  }
  buffers: { normal: CoreBuffer; alt: CoreBuffer; active: CoreBuffer }
}

/** Its test notices when a newer version has them elsewhere. */
export function internalsOf(terminal: Terminal): Core {
  return (terminal as unknown as { _core: Core })._core
}
