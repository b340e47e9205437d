/** How the bytes of a file are typed as one line's argument, and what the device decodes it with. */
export interface FileEncoding {
  name: 'base64' | 'octal'
  /** Defines `_a`, which adds what its argument stands for to the file `$f`, and sets `k=F` when it cannot. */
  define: string
  /** The arguments for these bytes, each at most `most` characters. */
  pieces(bytes: Uint8Array, most: number): Generator<Piece>
}

export interface Piece {
  argument: string
  /** Bytes of the file up to and with this piece. */
  end: number
}

/** Each with what tells whether the device has it: it prints `LL`. Best first. */
export const encodings: readonly { proof: string; encoding: FileEncoding }[] = [
  {
    proof: 'printf TEw=|base64 -d 2>/dev/null',
    encoding: base64('printf %s "$1"|base64 -d>>"$f"||k=F'),
  },
  {
    proof: 'echo TEw=|openssl base64 -d -A 2>/dev/null',
    encoding: base64('echo "$1"|openssl base64 -d -A>>"$f"||k=F'),
  },
  {
    proof: "printf 'begin-base64 600 x\\nTEw=\\n====\\n'|uudecode -o - 2>/dev/null",
    encoding: base64(`printf 'begin-base64 600 x\\n%s\\n====\\n' "$1"|uudecode -o ->>"$f"||k=F`),
  },
  {
    proof: 'printf LL',
    encoding: { name: 'octal', define: '_a(){ printf "$1">>"$f"||k=F;}', pieces: octalPieces },
  },
]

function base64(body: string): FileEncoding {
  return { name: 'base64', define: `_a(){ ${body};}`, pieces: base64Pieces }
}

/** Whole groups of three bytes, so that each piece decodes by itself. */
function* base64Pieces(bytes: Uint8Array, most: number): Generator<Piece> {
  const size = Math.floor(most / 4) * 3
  for (let at = 0; at < bytes.length; at += size) {
    const part = Buffer.from(bytes.subarray(at, at + size))
    yield { argument: part.toString('base64'), end: at + part.length }
  }
}

function* octalPieces(bytes: Uint8Array, most: number): Generator<Piece> {
  let argument = ''
  for (const [at, byte] of bytes.entries()) {
    const text = printfText(byte)
    if (argument.length + text.length + 2 > most) {
      yield { argument: `'${argument}'`, end: at }
      argument = ''
    }
    argument += text
  }
  if (argument !== '') yield { argument: `'${argument}'`, end: bytes.length }
}

/** A byte in the format of printf(1), within single quotes. A dash is none of its letters: what begins with one is taken for an option. */
export function printfText(byte: number): string {
  const letter = String.fromCharCode(byte)
  return /[A-Za-z0-9_./,:=+@]/.test(letter) ? letter : `\\${byte.toString(8).padStart(3, '0')}`
}
