/** Nobody reads faster: at 115200 baud a line prints 12 KB in a second, at ten times that 120. */
const floodBytes = 512 * 1024
/** Time over which bytes are counted, ms. */
const overMs = 500
/** After an interrupt the device goes on until what it had written is through: kernels and networks hold that much back. */
const calmingMs = 2000
/** What still comes then is passed over again each time it has grown to this. */
const againBytes = 128 * 1024

/** Bytes of an interrupt: Ctrl-C, Ctrl-Z and Ctrl-backslash of a terminal's line discipline (termios(3), VINTR, VSUSP, VQUIT). */
const interrupts: ReadonlySet<number> = new Set([0x03, 0x1a, 0x1c])

/**
 * When to pass over output: somebody has interrupted a device that prints faster than a page can draw. Then what matters is the prompt,
 * not the megabytes before it, which history has.
 */
export class Flood {
  #before = 0
  #now = 0
  #since = Number.NEGATIVE_INFINITY
  #calmUntil = Number.NEGATIVE_INFINITY
  #sinceSkip = 0

  /** Output came. Returns whether to pass over what follows. */
  came(bytes: number, at: number): boolean {
    if (at - this.#since > overMs) {
      this.#before = at - this.#since > 2 * overMs ? 0 : this.#now
      this.#now = 0
      this.#since = at
    }
    this.#now += bytes
    if (at > this.#calmUntil) return false
    this.#sinceSkip += bytes
    if (this.#sinceSkip < againBytes) return false
    this.#sinceSkip = 0
    return true
  }

  /** Something was typed while `behind` bytes had come and were not drawn. Returns whether to pass over what follows. */
  typed(bytes: Uint8Array, at: number, behind: number): boolean {
    if (!isInterrupt(bytes)) return false
    const came = at - this.#since > 2 * overMs ? 0 : Math.max(this.#now, this.#before)
    // What is slow to draw comes no faster than it is drawn: then it is what waits that tells.
    if (Math.max(came, behind) < floodBytes) return false
    this.#calmUntil = at + calmingMs
    this.#sinceSkip = 0
    return true
  }
}

function isInterrupt([byte, ...others]: Uint8Array): boolean {
  return byte !== undefined && others.length === 0 && interrupts.has(byte)
}
