import { WebLinksAddon } from '@xterm/addon-web-links'
import type { Terminal } from '@xterm/xterm'
import { type Address, readAddress } from '../address.ts'
import { noteHiddenLinks } from './hidden-links.ts'
import { wordsIn } from './words.ts'

export interface LinkEvents {
  /** The mouse is over an address, or over none any more. */
  onHover(address: Address | null): void
  onOpen(address: Address): void
}

/** An address up to a blank, a quote or a bracket, without the full stop or comma of the sentence around it. */
const printed = /https?:\/\/[^\s"'!*(){}|\\^<>`]*[^\s"':,.!?{}|\\^~[\]`()<>]/i

/**
 * Addresses in what was printed, and those that a device hid behind other words (OSC 8). Opened with Ctrl or Cmd only, or by a tap: a click
 * into the terminal is usually for the keyboard, and the device chose the address. Returns what lists those in sight, for who has no mouse.
 */
export function showLinks(terminal: Terminal, { onHover, onOpen }: LinkEvents): () => Address[] {
  const open = (event: MouseEvent, address: Address | null) => {
    if (address && (event.ctrlKey || event.metaKey || matchMedia('(pointer: coarse)').matches))
      onOpen(address)
  }
  const leave = () => onHover(null)
  terminal.loadAddon(
    new WebLinksAddon((event, text) => open(event, readAddress(text)), {
      urlRegex: printed,
      hover: (_event, text) => onHover(readAddress(text)),
      leave,
    }),
  )
  terminal.options.linkHandler = {
    activate: (event, text, range) => open(event, readAddress(text, wordsIn(terminal, range))),
    hover: (_event, text, range) => onHover(readAddress(text, wordsIn(terminal, range))),
    leave,
  }
  const hidden = noteHiddenLinks(terminal)
  return () => {
    const disguised = hidden.inSight()
    const plain = printedInSight(terminal).filter(
      // What stands on the screen as an address may itself be the disguise of another.
      ({ line, lastLine, uri }) =>
        !disguised.some((one) => one.line >= line && one.line <= lastLine && one.label.includes(uri)),
    )
    return [...plain, ...disguised]
      .sort((one, other) => one.line - other.line)
      .flatMap(({ uri, label }) => readAddress(uri, label) ?? [])
  }
}

/** An address, and the first and last row of the line that it stands in. */
interface Printed {
  line: number
  lastLine: number
  uri: string
  label: null
}

function printedInSight({ buffer: { active }, rows }: Terminal): Printed[] {
  const end = active.viewportY + rows
  let begin = active.viewportY
  while (begin > 0 && active.getLine(begin)?.isWrapped) begin -= 1
  const found: Printed[] = []
  let text = ''
  for (let at = begin; at < end; at++) {
    text += active.getLine(at)?.translateToString(true) ?? ''
    if (active.getLine(at + 1)?.isWrapped) continue
    for (const [uri] of text.matchAll(new RegExp(printed, 'gi')))
      found.push({ line: begin, lastLine: at, uri, label: null })
    text = ''
    begin = at + 1
  }
  return found
}
