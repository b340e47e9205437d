import { writeSync } from 'node:fs'
import { systemCode } from '../base/errors.ts'

/** Above this many waiting bytes a writer asks its caller to wait. */
const highWaterBytes = 64 * 1024
/** Nothing of node's tells that such a descriptor has room again, so we look: soon at first, then ever less often. */
const firstRetryMs = 1
const lastRetryMs = 64

/**
 * Writes to a non-blocking descriptor of a terminal, in order and without loss. Writes are synchronous: what the kernel does not
 * take at once stays here, so that no write can reach a descriptor number after it was closed and given to somebody else
 * (the writers of node-pty and serialport can, and node-pty's spins while nobody reads).
 */
export class DescriptorWriter {
  readonly #terminal: { fd: number; isOpen: () => boolean }
  #waiting: Uint8Array[] = []
  #bytes = 0
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  #idle: (() => void)[] = []

  /** `isOpen` must say no from the very moment the descriptor is closed. */
  constructor(terminal: { fd: number; isOpen: () => boolean }) {
    this.#terminal = terminal
  }

  write(bytes: Uint8Array): boolean {
    if (this.#stopped || bytes.length === 0) return true
    this.#waiting.push(bytes)
    this.#bytes += bytes.length
    if (this.#timer === undefined) this.#flush(firstRetryMs)
    return this.#bytes < highWaterBytes
  }

  /** How many bytes the kernel has not taken yet. */
  get waitingBytes(): number {
    return this.#bytes
  }

  drained(): Promise<void> {
    if (this.#bytes === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  /** What still waits is dropped. To be called before the descriptor is closed. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#waiting = []
    this.#bytes = 0
    this.#release()
  }

  #flush(retryMs: number): void {
    this.#timer = undefined
    if (!this.#terminal.isOpen()) {
      this.stop()
      return
    }
    const written = this.#writeWhatFits()
    if (this.#bytes === 0) {
      this.#release()
      return
    }
    const next = written > 0 ? firstRetryMs : Math.min(retryMs * 2, lastRetryMs)
    this.#timer = setTimeout(() => this.#flush(next), next)
  }

  #writeWhatFits(): number {
    const before = this.#bytes
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      const count = this.#tryWrite(head)
      this.#bytes -= count
      if (count < head.length) {
        if (count > 0) this.#waiting[0] = head.subarray(count)
        break
      }
      this.#waiting.shift()
    }
    return before - this.#bytes
  }

  #tryWrite(bytes: Uint8Array): number {
    try {
      return writeSync(this.#terminal.fd, bytes)
    } catch (error) {
      if (systemCode(error) === 'EAGAIN') return 0
      // EIO: nobody is at the other side any more. The reading side reports that end; what waits can reach nobody.
      return bytes.length
    }
  }

  #release(): void {
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}
