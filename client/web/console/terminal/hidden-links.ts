import type { IMarker, Terminal } from '@xterm/xterm'
import { wordsIn } from './words.ts'

/** A device may print no end of them; these are more than a screen shows. */
const most = 200

interface Place {
  marker: IMarker
  column: number
}

interface HiddenLink {
  from: Place
  to: Place
  uri: string
  label: string
}

export interface HiddenLinks {
  /** Those that still stand on the screen as they were printed, with the line on which each begins. */
  inSight(): { line: number; uri: string; label: string }[]
}

/**
 * Remembers addresses that a device hides behind other words (OSC 8): xterm.js knows them only under the mouse. It marks no lines in the
 * screen of an editor or pager, so that theirs are not among them.
 */
export function noteHiddenLinks(terminal: Terminal): HiddenLinks {
  let noted: HiddenLink[] = []
  let open: { from: Place; uri: string } | undefined
  const end = (): void => {
    const to = here(terminal)
    if (open && to) {
      const label = wordsIn(terminal, rangeOf(open.from, to))
      noted.push({ ...open, to, label })
      for (const old of noted.splice(0, noted.length - most)) forget(old)
    }
    open = undefined
  }
  // "8;PARAMETERS;URI"; an empty URI ends the link, another begins the next.
  terminal.parser.registerOscHandler(8, (data) => {
    end()
    const uri = data.slice(data.indexOf(';') + 1)
    const from = uri === '' ? undefined : here(terminal)
    if (from) open = { from, uri }
    return false
  })
  return {
    inSight() {
      noted = noted.filter(({ from, to }) => !from.marker.isDisposed && !to.marker.isDisposed)
      const { viewportY, type } = terminal.buffer.active
      if (type === 'alternate') return []
      return noted
        .filter(({ from, to, label }) => {
          const isInSight = to.marker.line >= viewportY && from.marker.line < viewportY + terminal.rows
          return isInSight && label !== '' && wordsIn(terminal, rangeOf(from, to)) === label
        })
        .map(({ from, uri, label }) => ({ line: from.marker.line, uri, label }))
    },
  }
}

function here(terminal: Terminal): Place | undefined {
  const marker = terminal.registerMarker(0)
  return marker && { marker, column: terminal.buffer.active.cursorX }
}

function rangeOf(from: Place, to: Place) {
  return {
    start: { x: from.column + 1, y: from.marker.line + 1 },
    end: { x: to.column, y: to.marker.line + 1 },
  }
}

function forget({ from, to }: HiddenLink): void {
  from.marker.dispose()
  to.marker.dispose()
}
