import type { IMarker, Terminal } from '@xterm/xterm'

/** A note for each so many bytes, so that a flood is not slowed by them. */
const noteEveryBytes = 16 * 1024

export interface Places {
  /** What has been drawn so far ends at this offset. */
  note(offset: number): void
  /** About where the oldest line stands that can be scrolled to; null before anything was noted. */
  oldest(): number | null
}

/** Remembers at which line which offset was reached; lines that scroll out of memory take their note with them. */
export function notePlaces(terminal: Terminal): Places {
  let notes: { marker: IMarker; offset: number }[] = []
  return {
    note(offset) {
      const last = notes.at(-1)
      if (last && offset >= last.offset && offset - last.offset < noteEveryBytes) return
      notes = notes.filter(({ marker }) => !marker.isDisposed)
      notes.push({ marker: terminal.registerMarker(0), offset })
    },
    oldest: () => notes.find(({ marker }) => !marker.isDisposed)?.offset ?? notes.at(-1)?.offset ?? null,
  }
}
