/** What is wrong with a line. Nothing of it is by chance: the same numbers give the same line. */
export interface Shaping {
  /** Each way. 960 is 9600 baud. */
  bytesPerSecond?: number
  /** Output arrives in pieces of 1 to so many bytes. */
  fragment?: number
  /** The kernel prints a line after about so many bytes of output, between any two of them. */
  noiseEvery?: number
  /** Of so many bytes typed one is lost. */
  loseEvery?: number
  /** The device's FIFO: it takes 16 bytes, and is emptied each so many ms. What comes to a full one is lost. */
  fifoMs?: number
  seed?: number
}

export interface Shaped {
  fromDevice(bytes: Uint8Array): void
  fromUs(bytes: Uint8Array): void
  /** The link dies after so many more bytes, of those typed or of typed and printed together. Resolves when it has. */
  cut(after: number, of: 'typed' | 'all'): Promise<void>
  dead(): boolean
  /** The link is back. What went over it meanwhile is lost. */
  mend(): void
  close(): void
}

const fifoBytes = 16
const usual = 1_000_000

/** A line between a device and us. */
export function shape(
  shaping: Shaping,
  ends: { toDevice(bytes: Uint8Array): void; toUs(bytes: Uint8Array): void },
): Shaped {
  const random = dice(shaping.seed ?? 1)
  const { bytesPerSecond = usual, fragment, noiseEvery, loseEvery, fifoMs } = shaping
  const timers = new Set<NodeJS.Timeout>()
  let left = Number.POSITIVE_INFINITY
  let counted: 'typed' | 'all' = 'all'
  let died = (): void => undefined
  let said = 0
  const alive = (bytes: Uint8Array, typed: boolean): Uint8Array => {
    if (left > 0 && counted === 'typed' && !typed) return bytes
    const part = bytes.subarray(0, Math.max(0, left))
    left -= bytes.length
    if (left <= 0) died()
    return part
  }
  const output = slowly(bytesPerSecond, timers, (bytes) => {
    if (bytes.length > 0) ends.toUs(bytes)
  })
  const fifo: number[] = []
  const drain =
    fifoMs === undefined
      ? undefined
      : setInterval(() => ends.toDevice(Uint8Array.from(fifo.splice(0))), fifoMs)
  const input = slowly(bytesPerSecond, timers, (bytes) => {
    if (drain === undefined) ends.toDevice(bytes)
    else fifo.push(...bytes.subarray(0, fifoBytes - fifo.length))
  })
  return {
    cut(after, of) {
      left = after
      counted = of
      return new Promise((resolve) => {
        died = resolve
      })
    },
    dead: () => left <= 0,
    mend() {
      left = Number.POSITIVE_INFINITY
    },
    fromDevice(bytes) {
      for (const part of pieces(bytes, fragment, random)) {
        output(alive(part, false))
        if (noiseEvery !== undefined && random() < part.length / noiseEvery) {
          said += 1
          output(
            alive(
              Buffer.from(
                `[${(100 + said / 7).toFixed(6).padStart(12)}] usb 1-${said}: new high-speed USB device\r\n`,
              ),
              false,
            ),
          )
        }
      }
    },
    fromUs(bytes) {
      // A FIFO takes bytes one by one.
      for (const byte of alive(bytes, true)) {
        if (loseEvery === undefined || random() >= 1 / loseEvery) input(Uint8Array.of(byte))
      }
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
      clearInterval(drain)
    },
  }
}

function* pieces(bytes: Uint8Array, most: number | undefined, random: () => number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = most === undefined ? bytes.length : 1 + Math.floor(random() * most)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Passes bytes on in their order, no faster than a line of that speed. */
function slowly(
  bytesPerSecond: number,
  timers: Set<NodeJS.Timeout>,
  pass: (bytes: Uint8Array) => void,
): (bytes: Uint8Array) => void {
  let free = 0
  const waiting: { at: number; bytes: Uint8Array }[] = []
  const run = (): void => {
    const now = performance.now()
    const due: Uint8Array[] = []
    while (waiting[0] !== undefined && waiting[0].at <= now + 0.5)
      due.push(waiting.shift()?.bytes ?? new Uint8Array())
    for (const bytes of due) pass(bytes)
    const next = waiting[0]
    if (next !== undefined) set(next.at - now)
  }
  const set = (ms: number): void => {
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        run()
      },
      Math.max(0, ms),
    )
    timers.add(timer)
  }
  return (bytes) => {
    if (bytesPerSecond >= usual) return pass(bytes)
    free = Math.max(free, performance.now()) + (bytes.length * 1000) / bytesPerSecond
    waiting.push({ at: free, bytes: Uint8Array.from(bytes) })
    if (waiting.length === 1) set(free - performance.now())
  }
}

/** mulberry32: numbers from 0 to 1 that only look like chance. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
