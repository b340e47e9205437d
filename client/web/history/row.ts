import type { Style } from './sgr.ts'

/** Characters that were drawn alike. */
export interface Run {
  text: string
  style: Style
  marked: boolean
}

export interface Span {
  from: number
  to: number
}

interface Cell {
  text: string
  style: Style
  /** Offset of its first byte. */
  at: number
}

/** Marks that pile up on one letter. More is not writing, and would cover the lines around it. */
const mostMarks = 6

/** One row of a terminal of any width while it is printed: characters may be written over. */
export class Row {
  readonly #cells: (Cell | undefined)[] = []
  #column = 0

  get length(): number {
    return this.#cells.length
  }

  get isBlank(): boolean {
    return this.#cells.every((cell) => cell === undefined || cell.text === ' ')
  }

  put(text: string, style: Style, at: number): void {
    this.#cells[this.#column] = { text, style, at }
    this.#column += 1
  }

  /** A mark above or below the letter before it. */
  combine(mark: string): void {
    const before = this.#cells[this.#column - 1]
    if (before && [...before.text].length <= mostMarks) before.text += mark
  }

  tab(): void {
    this.moveTo((Math.floor(this.#column / 8) + 1) * 8)
  }

  move(by: number): void {
    this.moveTo(this.#column + by)
  }

  moveTo(column: number): void {
    this.#column = Math.min(rowMax, Math.max(0, column))
  }

  /** `CSI n K`: 0 to the end, 1 from the beginning, 2 all of it. */
  erase(what: number): void {
    if (what === 0) this.#cells.length = Math.min(this.#cells.length, this.#column)
    if (what === 1) this.#cells.fill(undefined, 0, this.#column + 1)
    if (what === 2) this.#cells.length = 0
  }

  remove(count: number): void {
    this.#cells.splice(this.#column, count)
  }

  insert(count: number): void {
    this.#cells.splice(this.#column, 0, ...Array<undefined>(count))
    this.#cells.length = Math.min(this.#cells.length, rowMax)
  }

  blank(count: number): void {
    this.#cells.fill(undefined, this.#column, this.#column + count)
  }

  runs(mark: Span | null, plain: Style): Run[] {
    const runs: Run[] = []
    // Not forEach or map, which leave out holes.
    for (let column = 0; column < this.#cells.length; column++) {
      const { text, style, at } = this.#cells[column] ?? { text: ' ', style: plain, at: -1 }
      const marked = mark !== null && at >= mark.from && at < mark.to
      const last = runs.at(-1)
      if (last && last.style === style && last.marked === marked) last.text += text
      else runs.push({ text, style, marked })
    }
    return runs
  }
}

/** Cells of one row. A line without an end is cut, as a terminal wraps it. */
export const rowMax = 2000
