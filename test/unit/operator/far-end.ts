import { setImmediate } from 'node:timers/promises'
import type { Stopped } from '../../../server/operator/stopped.ts'
import { type Keyboard, Typist } from '../../../server/operator/typist.ts'
import { FakeClock } from '../../fakes/clock.ts'

/** What a far end does with one byte that reached it: what it prints. */
export type FarEnd = (byte: number) => string | Uint8Array

/** A keyboard before a far end of the test's making, on a clock of its own that runs as fast as it can. */
export class TestDesk {
  readonly clock = new FakeClock()
  readonly typist: Typist
  readonly typed: number[] = []
  readonly writes: Uint8Array[] = []
  /** Everything printed. */
  printed = Buffer.alloc(0)
  readonly #listeners = new Set<(bytes: Uint8Array) => void>()
  readonly #ending = new AbortController()

  constructor(farEnd: FarEnd, bytesPerSecond = 11_520) {
    const keyboard: Keyboard = {
      clock: this.clock,
      rate: { bytesPerSecond, known: true },
      stopped: this.#ending.signal,
      write: (bytes) => {
        this.writes.push(bytes)
        for (const byte of bytes) {
          this.typed.push(byte)
          const printed = Buffer.from(farEnd(byte))
          if (printed.length > 0) this.clock.after(1, () => this.print(printed))
        }
      },
      listen: (hear) => {
        this.#listeners.add(hear)
        return () => this.#listeners.delete(hear)
      },
    }
    this.typist = new Typist(keyboard)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  print(bytes: string | Uint8Array): void {
    this.printed = Buffer.concat([this.printed, Buffer.from(bytes)])
    for (const hear of [...this.#listeners]) hear(Buffer.from(bytes))
  }

  stop(why: Stopped): void {
    this.#ending.abort(why)
  }

  /** Lets time pass until the work is done, `step` ms at a time. */
  async run<T>(work: Promise<T>, each: (ms: number) => void = () => undefined, step = 1): Promise<T> {
    let settled = false
    const done = work.finally(() => {
      settled = true
    })
    for (let ms = 0; !settled; ms += step) {
      await setImmediate()
      this.clock.advance(step)
      each(ms)
    }
    return done
  }
}

/** The line discipline of a Linux tty: echoes, and takes lines. */
export function cookedTty(lines: string[]): FarEnd {
  let line: number[] = []
  return (byte) => {
    if (byte !== 13) {
      line.push(byte)
      return Uint8Array.of(byte)
    }
    lines.push(Buffer.from(line).toString())
    line = []
    return '\r\n'
  }
}
