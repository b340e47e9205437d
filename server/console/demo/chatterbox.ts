import type { Clock, Timer } from '../../base/clock.ts'
import type { Link } from '../transport.ts'
import { bootLog, type Line } from './boot-log.ts'
import { kernelLine, resetsAfterMs, SysRqInput, sysRqAnswer } from './sysrq.ts'

export interface ChatterboxRequest {
  clock: Clock
  print: (bytes: Uint8Array) => void
}

/** So that lines that come together have rising time stamps. */
const betweenLinesMs = 0.05

/** A device that boots, lives and reboots for ever, prints what servers print, and takes no input but BREAK and a key after it. */
export class Chatterbox implements Link {
  readonly breakSupported = true
  readonly #clock: Clock
  readonly #print: (bytes: Uint8Array) => void
  #bootedAt = 0
  #next: Timer | undefined
  readonly #sysRq: SysRqInput
  #isOn = false

  constructor({ clock, print }: ChatterboxRequest) {
    this.#clock = clock
    this.#print = print
    this.#sysRq = new SysRqInput(clock)
  }

  switchOn(): void {
    this.#isOn = true
    this.#bootedAt = this.#clock.monotonic()
    this.#schedule(0)
  }

  write(bytes: Uint8Array): boolean {
    const { key } = this.#sysRq.take(bytes)
    if (key !== undefined && this.#isOn) this.#answer(key)
    return true
  }

  drained(): Promise<void> {
    return Promise.resolve()
  }

  async sendBreak(): Promise<void> {
    this.#sysRq.broke()
  }

  async close(): Promise<void> {
    this.#isOn = false
    this.#next?.cancel()
  }

  #answer(key: string): void {
    for (const line of sysRqAnswer(key)) this.#say(kernelLine(this.#uptime, line))
    const resetMs = resetsAfterMs[key]
    if (resetMs === undefined) return
    this.#next?.cancel()
    this.#next = this.#clock.after(resetMs, () => this.switchOn())
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
