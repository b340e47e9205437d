import { randomFrom } from './rig.ts'

/** What a hostile device prints: each gives about a megabyte, another one each time. */
export const hostilePrinters: Record<string, (random: () => number) => Buffer> = {
  'random bytes': (random) => fill(() => Math.floor(random() * 256)),
  'random bytes, rich in escapes': (random) =>
    fill(() => (random() < 0.2 ? pick(random, escapes) : Math.floor(random() * 256))),
  'random control sequences': (random) => repeat(() => `\x1b[${numbers(random)}${pick(random, finals)}`),
  'queries without end': (random) => repeat(() => pick(random, queries)),
  'strings that never end': (random) =>
    repeat(
      () => pick(random, ['\x1b]0;', '\x1bP', '\x1b_', '\x1b^', '\x1bX', '\x1b]52;c;']) + 'A'.repeat(100_000),
    ),
  'titles, and reports of them': () =>
    repeat(() => '\x1b]2;$(reboot)\r\x07\x1b[21t\x1b[20t\x1b[22t\x1b[23t\x05'),
  'numbers beyond all bounds': (random) =>
    repeat(() => `x\x1b[${'9'.repeat(1 + Math.floor(random() * 40))}${pick(random, finals)}`),
  'marks heaped on one letter': () => repeat(() => `e${'\u0301\u0489\u20dd'.repeat(2000)}\r`),
  'wide, joined and right-to-left': (random) =>
    repeat(() => pick(random, ['👩‍👩‍👧‍👦', '漢', '\u202e', '\u200f', '\u200d', 'ﷺ'])),
  'broken UTF-8': (random) =>
    fill(() => pick(random, [0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0xff, 0xe2, 0x28])),
  'buffers, sizes and modes changed': (random) =>
    repeat(
      () =>
        `\x1b[?${pick(random, [1049, 47, 3, 7, 6, 69, 2004, 1000, 1006, 2026])}${pick(random, ['h', 'l'])}\x1b[8;999;999t\x1bc`,
    ),
  'links and clipboards': () =>
    repeat(
      () =>
        '\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07\x1b]52;c;cm0gLXJmIC8K\x07\x1b]1337;File=inline=1:AAAA\x07',
    ),
  markup: () => repeat(() => '<img src=x onerror=alert(1)><script>alert(1)</script>&#x3c;\r\n'),
}

const wanted = 1024 * 1024
const escapes = [0x1b, 0x9b, 0x90, 0x9d, 0x9c, 0x5b, 0x5d, 0x3f, 0x3b, 0x07, 0x05, 0x0e, 0x0f]
const finals = [...'@ABCDEFGHIJKLMPSTXZ`abcdefghilmnpqrstuvwxyz{|}~']
const queries = [
  '\x1b[c',
  '\x1b[>c',
  '\x1b[=c',
  '\x1b[5n',
  '\x1b[6n',
  '\x1b[?6n',
  '\x1b[18t',
  '\x1b[21t',
  '\x1b[>q',
  '\x1b[?2026$p',
  '\x1bP$qm\x1b\\',
  '\x1bP+q544e\x1b\\',
  '\x1b]10;?\x07',
  '\x1b]11;?\x1b\\',
  '\x1b]4;1;?\x07',
  '\x1b[?u',
  '\x05',
]

function pick<T>(random: () => number, from: readonly T[]): T {
  const found = from[Math.floor(random() * from.length)]
  if (found === undefined) throw new Error('There is nothing to pick from.')
  return found
}

function numbers(random: () => number): string {
  const one = () => (random() < 0.1 ? '2147483647' : String(Math.floor(random() * 120)))
  const prefix = pick(random, ['', '', '?', '>', '=', '!'])
  return prefix + Array.from({ length: Math.floor(random() * 4) }, one).join(';')
}

function fill(byte: () => number): Buffer {
  const bytes = Buffer.allocUnsafe(wanted)
  for (let at = 0; at < wanted; at += 1) bytes[at] = byte()
  return bytes
}

function repeat(text: () => string): Buffer {
  const parts: Buffer[] = []
  for (let length = 0; length < wanted; ) {
    const part = Buffer.from(text())
    parts.push(part)
    length += part.length
  }
  return Buffer.concat(parts)
}

/** Megabyte after megabyte of it, the kinds in turns; a few of each kind are made and used again. */
export function hostileMegabytes(seed: number): (index: number) => { kind: string; bytes: Buffer } {
  const random = randomFrom(seed)
  const kinds = Object.entries(hostilePrinters)
  const made = new Map<number, Buffer>()
  return (index) => {
    const slot = index % (kinds.length * 3)
    const [kind, print] = pickAt(kinds, slot)
    const bytes = made.get(slot) ?? print(random)
    made.set(slot, bytes)
    return { kind, bytes }
  }
}

function pickAt<T>(from: readonly T[], at: number): T {
  return pick(() => (at % from.length) / from.length, from)
}
