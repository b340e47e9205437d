import type { Clock, Timer } from '../../base/clock.ts'
import type { ScreenView, ScreenWatch } from './screen.ts'

interface Watch {
  watch: ScreenWatch
  timer: Timer | undefined
}

/** Tells those who watch a screen when the device has paused. No timer is moved for each chunk: one that comes too early looks again. */
export class Watching {
  readonly #clock: Clock
  readonly #view: () => Promise<ScreenView | undefined>
  readonly #watches = new Set<Watch>()
  #printedAt = 0

  constructor(clock: Clock, view: () => Promise<ScreenView | undefined>) {
    this.#clock = clock
    this.#view = view
  }

  get size(): number {
    return this.#watches.size
  }

  add(watch: ScreenWatch): () => void {
    const added: Watch = { watch, timer: undefined }
    this.#watches.add(added)
    return () => {
      added.timer?.cancel()
      this.#watches.delete(added)
    }
  }

  printed(): void {
    if (this.#watches.size === 0) return
    this.#printedAt = this.#clock.monotonic()
    for (const watch of this.#watches) {
      watch.timer ??= this.#clock.after(watch.watch.quietMs, () => this.#look(watch))
    }
  }

  close(): void {
    for (const { timer } of this.#watches) timer?.cancel()
    this.#watches.clear()
  }

  #look(watch: Watch): void {
    const { quietMs, quiet } = watch.watch
    const left = quietMs - (this.#clock.monotonic() - this.#printedAt)
    watch.timer = left > 0 ? this.#clock.after(left, () => this.#look(watch)) : undefined
    if (left > 0) return
    this.#view().then((view) => {
      if (view !== undefined && this.#watches.has(watch)) quiet(view)
    })
  }
}
