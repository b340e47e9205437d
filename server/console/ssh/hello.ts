/** The algorithms that the far end's SSH_MSG_KEXINIT names (RFC 4253 section 7.1). Pairs are client-to-server and back. */
export interface RemoteOffer {
  kex: string[]
  serverHostKey: string[]
  cipher: [string[], string[]]
  mac: [string[], string[]]
}

/** Lines before the identification are allowed (RFC 4253 section 4.2), but whoever sends this many bytes of them is no SSH server. */
export const greetingLimit = 16 * 1024
/** RFC 4253 section 6.1 asks for 35000; a KEXINIT of a real server has less than 3000. */
const packetLimit = 35_000
const keyExchangeInit = 20

/**
 * Listens to the first bytes of an SSH server, in clear, beside the library that speaks the protocol: it keeps to itself what the far
 * end offers when nothing of it fits.
 */
export class Hello {
  #held: Uint8Array[] = []
  #size = 0
  #lineStart = 0
  #scanned = 0
  #identifiedAt: number | undefined
  #done = false
  offer: RemoteOffer | undefined

  /** Whether the far end named itself as SSH servers do. */
  get identified(): boolean {
    return this.#identifiedAt !== undefined
  }

  /** Whether nothing came at all. */
  get silent(): boolean {
    return this.#size === 0
  }

  /** Whether so much came before the identification that no SSH server can be expected. */
  get babbles(): boolean {
    return !this.identified && this.#size > greetingLimit
  }

  feed(bytes: Uint8Array): void {
    if (this.#done || this.babbles) return
    this.#held.push(bytes)
    this.#size += bytes.length
    if (!this.identified) this.#findIdentification()
    if (this.#identifiedAt !== undefined) this.#readOffer(this.#identifiedAt)
  }

  #findIdentification(): void {
    const text = Buffer.concat(this.#held)
    for (;;) {
      const end = text.indexOf(0x0a, this.#scanned)
      if (end < 0) break
      if (text.toString('latin1', this.#lineStart, this.#lineStart + 4) === 'SSH-') {
        this.#identifiedAt = end + 1
        return
      }
      this.#lineStart = end + 1
      this.#scanned = end + 1
    }
    this.#scanned = text.length
    this.#held = [text]
  }

  #readOffer(start: number): void {
    if (this.#size < start + 6) return
    const bytes = Buffer.concat(this.#held)
    this.#held = [bytes]
    const length = bytes.readUInt32BE(start)
    const whole = length <= packetLimit
    if (whole && bytes.length < start + 4 + length) return
    if (whole && bytes[start + 5] === keyExchangeInit) {
      const padding = bytes[start + 4] ?? 0
      this.offer = readKeyExchangeInit(
        bytes.subarray(start + 5, Math.max(start + 5, start + 4 + length - padding)),
      )
    }
    this.#done = true
    this.#held = []
  }
}

function readKeyExchangeInit(payload: Buffer): RemoteOffer | undefined {
  const lists: string[][] = []
  // One byte of message number and sixteen of cookie come first.
  let position = 17
  while (lists.length < 6) {
    if (position + 4 > payload.length) return undefined
    const end = position + 4 + payload.readUInt32BE(position)
    if (end > payload.length) return undefined
    lists.push(
      payload
        .toString('latin1', position + 4, end)
        .split(',')
        .filter(isName),
    )
    position = end
  }
  const [kex = [], serverHostKey = [], outward = [], inward = [], outwardMac = [], inwardMac = []] = lists
  return {
    kex: kex.filter((name) => !isMarker(name)),
    serverHostKey,
    cipher: [outward, inward],
    mac: [outwardMac, inwardMac],
  }
}

/** What stands among the key exchanges and is none: RFC 8308 section 2.1, and OpenSSH's answer to Terrapin. */
const isMarker = (name: string) => /^(?:ext-info-|kex-strict-)/.test(name)

/** RFC 4251 section 6: printable US-ASCII without comma, at most 64 long. Narrower here, since people will read it. */
const isName = (name: string) => /^[A-Za-z0-9@._+-]{1,64}$/.test(name)
