/** ipmitool's words on standard output, around those of the device. Its escape character stands in them as the byte it is. */
const banner = Buffer.from('[SOL Session operational.  Use \xf4? for help]', 'latin1')
const breakNotice = Buffer.from('\xf4B [send break]\n', 'latin1')
/** What ipmitool says before its banner is a few lines. A program that says more is not ipmitool. */
const mostBeforeBanner = 64 * 1024

/**
 * Takes ipmitool's standard output apart. All up to and with the banner is ipmitool's; from there on all is the device's, but for the one
 * line that ipmitool prints for each BREAK we ask it for.
 */
export class PrintedBySol {
  #before = Buffer.alloc(0)
  #operational = false
  #breaksAsked = 0
  #held = Buffer.alloc(0)

  /** Whether the banner has come: the console is there. */
  get operational(): boolean {
    return this.#operational
  }

  /** The next notice of a BREAK is ours to take out. */
  expectBreakNotice(): void {
    this.#breaksAsked += 1
  }

  /** The device's bytes in what came. */
  receive(bytes: Uint8Array): Uint8Array {
    if (this.#operational) return this.#withoutNotices(bytes)
    this.#before = Buffer.concat([this.#before, bytes]).subarray(-mostBeforeBanner)
    const at = this.#before.indexOf(banner)
    const end = at < 0 ? -1 : this.#before.indexOf('\n', at + banner.length)
    if (end < 0) return new Uint8Array()
    this.#operational = true
    return this.#before.subarray(end + 1)
  }

  /** What was held back as a possible notice, now that nothing more comes. */
  rest(): Uint8Array {
    return this.#held
  }

  #withoutNotices(bytes: Uint8Array): Uint8Array {
    if (this.#breaksAsked === 0) return bytes
    const all = Buffer.concat([this.#held, bytes])
    const parts: Buffer[] = []
    let from = 0
    while (this.#breaksAsked > 0) {
      const at = all.indexOf(breakNotice, from)
      if (at < 0) break
      parts.push(all.subarray(from, at))
      from = at + breakNotice.length
      this.#breaksAsked -= 1
    }
    const held = this.#breaksAsked > 0 ? beginningOfNotice(all, from) : 0
    this.#held = Buffer.from(all.subarray(all.length - held))
    parts.push(all.subarray(from, all.length - held))
    return Buffer.concat(parts)
  }
}

/** How many of the last bytes may be the beginning of a notice. */
function beginningOfNotice(bytes: Buffer, from: number): number {
  const most = Math.min(breakNotice.length - 1, bytes.length - from)
  for (let length = most; length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(breakNotice.subarray(0, length))) return length
  }
  return 0
}
