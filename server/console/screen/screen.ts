import type { ScreenSize } from '../../contract/console.ts'

/** What stands on a console's screen, as text. */
export interface ScreenView {
  size: ScreenSize
  /** The visible rows from the top, without blanks at their ends. As many as the screen has. */
  rows: string[]
  /** From 0. `col` is `size.cols` behind the last character of a full row. */
  cursor: { row: number; col: number }
  /** A full-screen program shows itself: the alternate buffer. */
  alternate: boolean
  /** End of the history that it shows. */
  offset: number
}

/** What draws a screen on a terminal of its size that was reset. */
export interface Drawing {
  ansi: string
  /** Offset of the first byte that it does not show. */
  offset: number
  /** It draws a full-screen program: the alternate buffer. */
  alternate: boolean
}

/** Somebody who wants to know what stands there each time the device has finished printing something. */
export interface ScreenWatch {
  /** How long nothing must have been printed, ms. */
  quietMs: number
  /** Must not block and must not throw. Not called when the screen cannot be had. */
  quiet(view: ScreenView): void
}
