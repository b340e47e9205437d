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

/** xterm.js looks at the clock only between writes, and what a device makes dear on purpose must not freeze the page. */
const most = { bytes: 16 * 1024, controls: 680 }

/**
 * Writes in pieces that each take a short time whatever they hold; `parsed` is called after the last one. What is dear begins with a
 * control, and a piece holds no more of them than 2 KiB of the shortest sequences would; text alone may be long.
 */
export function writeInPieces(
  terminal: { write(bytes: Uint8Array, parsed?: () => void): void },
  bytes: Uint8Array,
  parsed: () => void,
): void {
  let at = 0
  for (let end = endOfPiece(bytes, at); end < bytes.length; end = endOfPiece(bytes, at)) {
    terminal.write(bytes.subarray(at, end))
    at = end
  }
  terminal.write(bytes.subarray(at), parsed)
}

function endOfPiece(bytes: Uint8Array, from: number): number {
  const last = Math.min(bytes.length, from + most.bytes)
  let controls = 0
  for (let at = from; at < last; at++) {
    if (!isControl(bytes[at])) continue
    controls += 1
    if (controls > most.controls) return at
  }
  return last
}

/** C0 but for the return of each line, or the first byte of C1 in UTF-8 (ECMA-48 section 5; RFC 3629). */
function isControl(byte = 0): boolean {
  return (byte < 0x20 && byte !== 0x0d) || byte === 0xc2
}
