import { WebLinksAddon } from '@xterm/addon-web-links'
import type { IBufferRange, Terminal } from '@xterm/xterm'
import { type Address, readAddress } from '../address.ts'

export interface LinkEvents {
  /** The mouse is over an address, or over none any more. */
  onHover(address: Address | null): void
  onOpen(address: Address): void
}

/**
 * Addresses in what was printed, and those that a device hid behind other words (OSC 8). Opened with Ctrl or Cmd only, or by a tap: a click
 * into the terminal is usually for the keyboard, and the device chose the address.
 */
export function showLinks(terminal: Terminal, { onHover, onOpen }: LinkEvents): void {
  const open = (event: MouseEvent, address: Address | null) => {
    if (address && (event.ctrlKey || event.metaKey || matchMedia('(pointer: coarse)').matches))
      onOpen(address)
  }
  const leave = () => onHover(null)
  terminal.loadAddon(
    new WebLinksAddon((event, text) => open(event, readAddress(text)), {
      hover: (_event, text) => onHover(readAddress(text)),
      leave,
    }),
  )
  const hidden = (text: string, range: IBufferRange) => readAddress(text, wordsIn(terminal, range))
  terminal.options.linkHandler = {
    activate: (event, text, range) => open(event, hidden(text, range)),
    hover: (_event, text, range) => onHover(hidden(text, range)),
    leave,
  }
}

/** Enough to recognise a link by. */
const mostLabel = 100

/** What stands in a range of the screen. Its places count from 1. */
function wordsIn(terminal: Terminal, { start, end }: IBufferRange): string {
  let words = ''
  for (let y = start.y; y <= end.y && words.length < mostLabel; y++) {
    const line = terminal.buffer.active.getLine(y - 1)
    words +=
      line?.translateToString(false, y === start.y ? start.x - 1 : 0, y === end.y ? end.x : undefined) ?? ''
  }
  return words.trim().slice(0, mostLabel)
}
