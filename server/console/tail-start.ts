const esc = 0x1b
const lineFeed = 0x0a
const bell = 0x07

/**
 * Where a replay that wants to begin at `wanted` had better begin: behind a line end if one is near, else not within an escape or UTF-8
 * sequence. `window` holds what was printed around it, with some bytes before `wanted` as context; the answer stands within it.
 */
export function tailStart(window: Uint8Array, wanted: number): number {
  const newline = window.indexOf(lineFeed, Math.max(0, wanted - 1))
  if (newline >= 0) return newline + 1
  return firstBoundary(window, wanted)
}

type Mode = 'text' | 'escape' | 'control' | 'string' | 'string-escape'

/** The first byte at or after `wanted` that begins something. Reads the context as if it began with text, the likely case. */
function firstBoundary(window: Uint8Array, wanted: number): number {
  let mode: Mode = 'text'
  for (const [at, byte] of window.entries()) {
    const continues = (byte & 0xc0) === 0x80
    if (at >= wanted && mode === 'text' && !continues) return at
    mode = nextMode(mode, byte)
  }
  return wanted
}

function nextMode(mode: Mode, byte: number): Mode {
  if (mode === 'string') return byte === bell ? 'text' : byte === esc ? 'string-escape' : 'string'
  if (mode === 'string-escape') return byte === esc ? 'string-escape' : 'text'
  if (byte === esc) return 'escape'
  switch (mode) {
    case 'text':
      return 'text'
    case 'escape':
      if (byte === 0x5b) return 'control'
      if ([0x5d, 0x50, 0x58, 0x5e, 0x5f].includes(byte)) return 'string'
      // Intermediate bytes (ECMA-48 section 5.4) stand before the final one.
      return byte >= 0x20 && byte <= 0x2f ? 'escape' : 'text'
    case 'control':
      return byte >= 0x40 && byte <= 0x7e ? 'text' : 'control'
  }
}
