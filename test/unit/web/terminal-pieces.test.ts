import { expect, test } from 'vitest'
import { Pieces } from '../../../client/web/console/terminal/pieces.ts'

/** Writes one after the other; gives the pieces of each. */
function written(writes: (string | Uint8Array)[], { insertMode = false } = {}): Uint8Array[][] {
  let now: Uint8Array[] = []
  const pieces = new Pieces({ modes: { insertMode }, write: (piece) => now.push(piece) })
  return writes.map((all) => {
    now = []
    const bytes = typeof all === 'string' ? Buffer.from(all) : all
    pieces.write(bytes, () => undefined)
    expect(Buffer.concat(now)).toEqual(bytes)
    return now
  })
}

const sizes = (pieces: Uint8Array[] = []): number[] => pieces.map(({ length }) => length)

const lines = `${'x'.repeat(40)}\t${'x'.repeat(37)}\r\n`.repeat(10_000)
const coloured = `${'x'.repeat(40)} \x1b[01;38:5:32m\x1b[Kok\x1b[0m ${'x'.repeat(30)}\r\n`.repeat(2000)
const small = 16 * 1024

test.each([
  ['text', lines],
  ['coloured lines', coloured],
])('%s goes at once', (_, all) => {
  expect(sizes(written([all])[0])).toEqual([all.length])
})

test('text in insert mode, where each letter moves all that follow, goes in small pieces', () => {
  const [pieces] = written([lines], { insertMode: true })
  expect(Math.max(...sizes(pieces))).toBe(small)
})

test.each(['\x1b', '\x1b[', '\x1b[4', '\xc2'])('behind %j text goes in small pieces', (cut) => {
  const [first, second, third] = written([Buffer.from(lines + cut, 'latin1'), `4h${lines}`, lines])
  expect(sizes(first)[0]).toBe(lines.length)
  expect(Math.max(...sizes(second))).toBe(small)
  // By now it is known whether insert mode is on.
  expect(sizes(third)).toEqual([lines.length])
})

test('and behind it in what is written with it', () => {
  const [pieces] = written([`${lines}\x1b[4h${lines}`])
  const [first, ...others] = sizes(pieces)
  expect(first).toBe(lines.length)
  expect(Math.max(...others)).toBe(small)
})

test.each(['\n', '\x1b[m', '\x1b[K'])('%j over and over goes in pieces of so many', (cheap) => {
  const [pieces] = written([cheap.repeat(40_000)])
  const most = small * cheap.length
  expect(sizes(pieces)).toEqual([most, most, 40_000 * cheap.length - 2 * most])
})

test.each(['\x1b[L', '\x1bM', '\x1b[1M\n', '\xc2\x9bL', '\b'])(
  '%j over and over goes in small pieces',
  (dear) => {
    const bytes = Buffer.from(dear.repeat(16 * 1024), 'latin1').subarray(0, small)
    const counts = written([bytes])[0]?.map(
      (piece) => piece.filter((byte) => byte === dear.charCodeAt(0)).length,
    )
    expect(Math.max(...(counts ?? [Number.NaN]))).toBeLessThanOrEqual(680)
  },
)

// Four bytes are looked at at once: a control is found wherever it stands among them.
test.each([0, 1, 2, 3])('where bytes begin %i off a word, a control is found anywhere', (ahead) => {
  for (let at = 0; at < 12; at++) {
    for (const dear of ['\x00', '\x08', '\x1f', '\xc2']) {
      const bytes = Buffer.alloc(16 + ahead, '~').subarray(ahead)
      bytes.write(dear, at, 'latin1')
      const [pieces] = written([bytes])
      expect(sizes(pieces)).toEqual(at === 0 ? [16] : [at, 16 - at])
    }
  }
})

test.each([1, 2, 3, 5])('the last bytes of a frame of %i that is cut anywhere are given, too', (length) => {
  for (let from = 0; from <= length; from++) {
    const bytes = Buffer.from(new ArrayBuffer(length)).fill('~').subarray(from)
    expect(sizes(written([bytes])[0])).toEqual([length - from])
  }
})

test('may be nothing', () => {
  expect(sizes(written([''])[0])).toEqual([0])
})
