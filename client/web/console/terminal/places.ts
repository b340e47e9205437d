/** As much of xterm's terminal as is used here. */
export interface PlacedTerminal {
  readonly buffer: {
    readonly normal: {
      getLine(
        at: number,
      ): { readonly isWrapped: boolean; translateToString(trim: boolean): string } | undefined
    }
  }
  /** None in the screen of an editor or pager. */
  registerMarker(below: number): Marker | undefined
}

interface Marker {
  readonly line: number
  readonly isDisposed: boolean
  dispose(): void
}

/** A note for each so many bytes, so that a flood is not slowed by them. */
const noteEveryBytes = 16 * 1024

export interface Places {
  /** What has been drawn so far ends at this offset. */
  note(offset: number): void
  /** About where the oldest line stands that can be scrolled to; null before anything was noted. */
  oldest(): number | null
}

/** Remembers at which line which offset was reached; lines that scroll out of memory take their note with them. */
export function notePlaces(terminal: PlacedTerminal): Places {
  let notes: { marker: Marker; offset: number }[] = []
  return {
    note(offset) {
      const last = notes.at(-1)
      const isNear = last && offset >= last.offset && offset - last.offset < noteEveryBytes
      if (isNear && !last.marker.isDisposed) return
      notes = notes.filter(({ marker }) => !marker.isDisposed)
      const marker = terminal.registerMarker(0)
      if (!marker) return
      // What is written together is told at once, and it is the end of it that stands here.
      if (last?.marker.line === marker.line) {
        last.marker.dispose()
        notes.pop()
      }
      notes.push({ marker, offset })
    },
    oldest() {
      const first = notes.find(({ marker }) => !marker.isDisposed)
      if (!first) return notes.at(-1)?.offset ?? null
      return Math.max(0, first.offset - bytesAbove(terminal, first.marker.line))
    },
  }
}

/** How many bytes the lines above one took, as far as their text tells: the gateway drew them, and nobody knows their offsets. */
function bytesAbove({ buffer: { normal } }: PlacedTerminal, below: number): number {
  const encoder = new TextEncoder()
  let sum = 0
  for (let at = 0; at < below; at++) {
    const line = normal.getLine(at)
    if (!line) continue
    sum += encoder.encode(line.translateToString(true)).length
    if (!normal.getLine(at + 1)?.isWrapped) sum += '\r\n'.length
  }
  return sum
}
