/** Control sequences that make a terminal work or remember, each with a count no screen has. */
const nasty = [
  ...Array.from('@ABCDEFGHIJKLMPSTXZ`abdefgr', (final) => `\x1b[2147483647${final}`),
  '\x1b[32766;32766H',
  '\x1b[9999;9999r',
  '\x1b[8;9999;9999t',
  '\x1b[3;1;1t',
  '\x1b[?3h',
  '\x1b[?1049h',
  '\x1b[?1049l',
  '\x1b[?47h\x1b[?47l',
  '\x1b#8',
  '\x1bc',
  '\x1b[22;0t',
  '\x1b[23;0t',
  '\x1b[4h',
  '\x1b[4l',
  '\x1b[?6h',
  '\x1b[?7l',
  '\x1b[?7h',
  '\x1b(0',
  '\x1bH',
  '\x1b7',
  '\x1b8',
  '\x1bM',
  '\x1bD',
  '\x1b[1J',
  '\x1b[?1J',
  '\x1b[3J',
  "\x1b[9999'}",
  "\x1b[9999'~",
  '\x1b[9999 @',
  '\x1b[9999 A',
  '\x1b[c\x1b[6n\x1b[>c\x1b[18t',
  '\x1b]11;?\x07',
  '\x1bP+q544e;436f;524742\x1b\\',
  '\x1b]8;;http://example.org/\x07link\x1b]8;;\x07',
  '\x1b]4;1;#ffffff\x07',
  'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
  '漢字',
  '\u009b2147483647L',
  '\u0090q',
  '\x1b',
  '\x1b[',
  '\x1b]',
  '\x1bP',
  '\n',
  '\r',
  'text that fills some of a line',
]

/** Bytes that are the same at each run: nasty sequences, halves of them, strings without end, and noise. */
export function* hostileBytes(total: number): Generator<Buffer> {
  let state = 20_301
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let made = 0; made < total; ) {
    const parts: string[] = []
    for (let length = 0; length < 48 * 1024; ) {
      const kind = random(200)
      const one = nasty[random(nasty.length)] ?? ''
      let part = one
      if (kind === 0) part = `\x1b]0;${'t'.repeat(random(30_000))}`
      else if (kind === 1) part = `\x1bPq${'#1'.repeat(random(20_000))}\x1b\\`
      else if (kind === 2) part = `\x1b[${'1;'.repeat(random(400))}m`
      else if (kind < 12) part = one.slice(0, random(one.length))
      else if (kind < 20) part = String.fromCharCode(...Array.from({ length: 20 }, () => random(256)))
      parts.push(part)
      length += part.length
    }
    const bytes = Buffer.from(parts.join(''))
    made += bytes.length
    yield bytes
  }
}
