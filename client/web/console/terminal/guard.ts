/** As much of xterm's terminal as is used here. */
export interface GuardedTerminal {
  readonly rows: number
  readonly cols: number
  readonly buffer: {
    readonly active: { readonly cursorX: number; readonly cursorY: number; readonly length: number }
  }
  readonly parser: {
    registerCsiHandler(
      id: { prefix?: string; final: string },
      handler: (params: (number | number[])[]) => boolean,
    ): unknown
  }
}

/** Insert and delete lines, scroll up and down, tabs forth and back: xterm.js does each as often as a device says, up to 2^31 times. */
const loops = ['L', 'M', 'S', 'T', 'I', 'Z']

/**
 * Drops what a device can print to stop xterm.js 6.0 for good: counts that keep it busy for an hour, and an erasure that it ends with
 * an exception. No program on a screen of this size means either.
 */
export function guardFromDevice(terminal: GuardedTerminal): void {
  const { parser } = terminal
  for (const final of loops) {
    parser.registerCsiHandler({ final }, ([count]) => Number(count) > Math.max(terminal.rows, terminal.cols))
  }
  // REP may fill the screen.
  parser.registerCsiHandler({ final: 'b' }, ([count]) => Number(count) > terminal.rows * terminal.cols)
  for (const id of [{ final: 'J' }, { prefix: '?', final: 'J' }]) {
    parser.registerCsiHandler(id, ([what]) => what === 1 && atVeryEnd(terminal))
  }
}

/** Erasing up to the cursor (ED 1) then reaches for the line behind the last one. */
function atVeryEnd({ cols, buffer: { active } }: GuardedTerminal): boolean {
  return active.cursorX >= cols - 1 && active.cursorY + 1 >= active.length
}
