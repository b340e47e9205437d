import headless from '@xterm/headless'

export const size = { rows: 12, cols: 40 }

/** A page's terminal: takes raw bytes, as they come. */
export class Page {
  readonly terminal = new headless.Terminal({
    ...size,
    scrollback: 500,
    allowProposedApi: true,
    logLevel: 'off',
  })

  write(bytes: Uint8Array | string): Promise<void> {
    return new Promise((resolve) => this.terminal.write(bytes, resolve))
  }

  /** Everything that a person would see, now and from now on. */
  state() {
    const { buffer, modes } = this.terminal
    const { active, normal } = buffer
    return {
      active: active.type,
      cursor: [active.cursorX, active.cursorY],
      normal: cells(normal),
      ...(active.type === 'alternate' && { alternate: cells(active) }),
      modes: { ...modes, synchronizedOutputMode: undefined },
    }
  }
}

type Buffer = headless.IBuffer

/** Each row as runs of characters with their style; blanks at the end are as good as none. */
function cells(buffer: Buffer): string[] {
  const rows: string[] = []
  for (let y = 0; y < buffer.length; y += 1) rows.push(row(buffer, y))
  return rows
}

function row(buffer: Buffer, y: number): string {
  const line = buffer.getLine(y)
  let text = ''
  for (let x = 0; x < (line?.length ?? 0); x += 1) {
    const cell = line?.getCell(x)
    if (cell === undefined || cell.getWidth() === 0) continue
    const colours = `${cell.getBgColorMode()},${cell.getBgColor()}`
    const blank = cell.getChars().trim() === '' && flags(cell) === 0
    const style = blank ? colours : `${colours},${cell.getFgColorMode()},${cell.getFgColor()},${flags(cell)}`
    text += `<${style === '0,-1' ? '' : style}>${cell.getChars() || ' '}`
  }
  return text.replace(/(?:<> )+$/, '')
}

function flags(cell: headless.IBufferCell): number {
  const all = [
    cell.isBold(),
    cell.isDim(),
    cell.isItalic(),
    cell.isUnderline(),
    cell.isBlink(),
    cell.isInverse(),
    cell.isInvisible(),
    cell.isStrikethrough(),
    cell.isOverline(),
  ]
  return all.reduce<number>((sum, flag, bit) => sum + (flag ? 1 << bit : 0), 0)
}
