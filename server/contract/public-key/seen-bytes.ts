/** Stands for characters beyond ASCII, one after the other; no format of a key has it. */
const unknownByte = 0x7f

/** Steps of so much are compiled sooner than one loop over a long text, and what is compiled stays. */
const stepLength = 16 * 1024

/** The text in ASCII: a byte for each character that is seen, itself or a blank, and 0x7f for one or more others. */
export function seenBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  const done = { at: 0, length: 0 }
  while (done.at < text.length) step(text, bytes, done)
  return bytes.subarray(0, done.length)
}

function step(text: string, bytes: Uint8Array, done: { at: number; length: number }): void {
  let { at, length } = done
  const end = Math.min(text.length, at + stepLength)
  for (; at < end; at += 1) {
    const byte = bytesOf[text.charCodeAt(at)] ?? unknownByte
    if (byte < unknownByte) bytes[length++] = byte
    else if (byte === leadByte && isUnseenPair(text.codePointAt(at) ?? 0)) at += 1
    else if (byte !== unseenByte && bytes[length - 1] !== unknownByte) bytes[length++] = unknownByte
  }
  done.at = at
  done.length = length
}

/** The byte for a code below 65536; nothing for what nobody sees. */
export function seenByte(code: number): number | undefined {
  const byte = bytesOf[code]
  return byte === undefined || byte > unknownByte ? undefined : byte
}

/** Zeros of UTF-16, and what Unicode calls Default_Ignorable_Code_Point: the first and the last of each range. */
const unseen: [first: number, last: number][] = [
  [0, 0],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfff8],
]
const unseenPairs: typeof unseen = [
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
]
/** The first halves of those in UTF-16, and others between them. */
const leads = [0xd82f, 0xdb43] as const
const blanks: typeof unseen = [
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
]

const unseenByte = 0xff
const leadByte = 0xfe
const bytesOf = new Uint8Array(0x10000).fill(unknownByte)
for (let code = 0; code < 0x80; code += 1) bytesOf[code] = code
bytesOf.fill(leadByte, leads[0], leads[1] + 1)
for (const [first, last] of unseen) bytesOf.fill(unseenByte, first, last + 1)
for (const [first, last] of blanks) bytesOf.fill(0x20, first, last + 1)

function isUnseenPair(code: number): boolean {
  return unseenPairs.some(([first, last]) => first <= code && code <= last)
}
