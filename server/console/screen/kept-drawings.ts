import type { ScreenSize } from '../../contract/console.ts'
import type { Drawing } from './screen.ts'

/** Of all consoles together, in characters: hundreds of usual drawings, each of some KB. The oldest go first. */
const mostKept = 8 * 1024 * 1024

export interface KeptDrawing {
  drawing: Drawing
  /** Of the screen that was drawn. */
  size: ScreenSize
}

/** What full-screen programs showed when their screens were let go of, by whose they are. History may hold no full redraw since. */
export class KeptDrawings {
  readonly #kept = new Map<object, KeptDrawing>()
  #total = 0

  of(owner: object): KeptDrawing | undefined {
    return this.#kept.get(owner)
  }

  keep(owner: object, kept: KeptDrawing): void {
    this.drop(owner)
    this.#kept.set(owner, kept)
    this.#total += kept.drawing.ansi.length
    for (const oldest of this.#kept.keys()) {
      if (this.#total <= mostKept) break
      this.drop(oldest)
    }
  }

  drop(owner: object): void {
    this.#total -= this.#kept.get(owner)?.drawing.ansi.length ?? 0
    this.#kept.delete(owner)
  }

  clear(): void {
    this.#kept.clear()
    this.#total = 0
  }
}
