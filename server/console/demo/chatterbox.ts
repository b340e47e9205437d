import type { Clock, Timer } from '../../base/clock.ts'
import type { Link } from '../transport.ts'
import { bootLog, type Line } from './boot-log.ts'
import { kernelLine, sysRqAnswer } from './sysrq.ts'

export interface ChatterboxRequest {
  clock: Clock
  print: (bytes: Uint8Array) => void
}

/** As Linux: the key must follow the BREAK within this time. */
const sysRqMs = 5000
const resetKey = 'b'
/** So that lines that come together have rising time stamps. */
const betweenLinesMs = 0.05

/** A device that boots, lives and reboots for ever, prints what servers print, and takes no input but BREAK and a key after it. */
export class Chatterbox implements Link {
  readonly breakSupported = true
  readonly #clock: Clock
  readonly #print: (bytes: Uint8Array) => void
  #bootedAt = 0
  #next: Timer | undefined
  #brokeAt: number | undefined
  #isOn = false

  constructor({ clock, print }: ChatterboxRequest) {
    this.#clock = clock
    this.#print = print
  }

  switchOn(): void {
    this.#isOn = true
    this.#bootedAt = this.#clock.monotonic()
    this.#schedule(0)
  }

  write(bytes: Uint8Array): boolean {
    const [key] = bytes
    if (this.#brokeAt === undefined || key === undefined || !this.#isOn) return true
    const inTime = this.#clock.monotonic() - this.#brokeAt < sysRqMs
    this.#brokeAt = undefined
    if (inTime) this.#answer(String.fromCharCode(key))
    return true
  }

  drained(): Promise<void> {
    return Promise.resolve()
  }

  async sendBreak(): Promise<void> {
    this.#brokeAt = this.#clock.monotonic()
  }

  async close(): Promise<void> {
    this.#isOn = false
    this.#next?.cancel()
  }

  #answer(key: string): void {
    this.#say(kernelLine(this.#uptime, sysRqAnswer(key)))
    if (key !== resetKey) return
    this.#next?.cancel()
    this.switchOn()
  }

  #schedule(index: number): void {
    const line = bootLog[index]
    if (line === undefined) {
      this.switchOn()
      return
    }
    this.#next = this.#clock.after(line.afterMs, () => this.#printFrom(index))
  }

  /** Prints this line and those that come with it at once. */
  #printFrom(index: number): void {
    const rest = bootLog.slice(index + 1)
    const pause = rest.findIndex((line: Line) => line.afterMs > 0)
    const together = pause < 0 ? rest.length : pause
    const lines = bootLog.slice(index, index + 1 + together)
    if (lines[0]?.isKernelStart) this.#bootedAt = this.#clock.monotonic()
    this.#say(lines.map((line, order) => line.text(this.#uptime + order * betweenLinesMs)).join(''))
    this.#schedule(index + lines.length)
  }

  get #uptime(): number {
    return this.#clock.monotonic() - this.#bootedAt
  }

  #say(text: string): void {
    this.#print(Buffer.from(text))
  }
}
