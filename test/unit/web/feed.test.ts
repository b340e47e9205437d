import { describe, expect, test } from 'vitest'
import { Feed } from '../../../client/web/console/terminal/feed.ts'

/** A terminal that parses when it is told to, and takes so long for each KiB. */
function fed({ hidden = false } = {}) {
  const written: (string | Uint8Array)[] = []
  const due: (() => void)[] = []
  let unparsed: (() => void)[] = []
  let now = 0
  let msPerKiB = 0
  const terminal = {
    modes: { insertMode: false },
    write(data: string | Uint8Array, parsed?: () => void) {
      written.push(data)
      unparsed.push(() => {
        now += (data.length / 1024) * msPerKiB
        parsed?.()
      })
    },
  }
  const later: (() => void)[] = []
  const feed = new Feed(terminal, {
    soon: (run) => due.push(run),
    later: (run) => later.push(run),
    hidden: () => hidden,
    now: () => now,
  })
  const bytes = () => written.reduce((sum, { length }) => sum + length, 0)
  const parse = () => {
    for (const parsed of unparsed.splice(0)) parsed()
    unparsed = []
    for (const run of due.splice(0)) run()
  }
  /** Some time goes by. */
  const rest = () => {
    for (const run of later.splice(0)) run()
  }
  return {
    feed,
    rest,
    /** Sizes of all that the terminal was given so far. */
    pieces: () => written.map(({ length }) => length),
    /** All letters that the terminal was given so far. */
    text: () => written.map((data) => Buffer.from(data).toString()).join(''),
    bytes,
    parse,
    slow(ms: number) {
      msPerKiB = ms
    },
    /** Has all parsed; gives the size of each portion. */
    portions(): number[] {
      const sizes: number[] = []
      for (let before = 0; bytes() > before; ) {
        sizes.push(bytes() - before)
        before = bytes()
        parse()
        rest()
      }
      return sizes
    },
  }
}

const frame = (letter: string, length = 64 * 1024) => Buffer.alloc(length, letter)

test('everything is given in order, and told when it is parsed', () => {
  const { feed, text, parse } = fed()
  const parsed: string[] = []
  const write = (letter: string) => feed.write(Buffer.from(letter), () => parsed.push(letter))
  write('a')
  write('b')
  expect([text(), parsed]).toEqual(['a', []])
  parse()
  expect([text(), parsed]).toEqual(['ab', ['a']])
  parse()
  expect(parsed).toEqual(['a', 'b'])
  write('c')
  expect(text()).toBe('abc')
})

test('what waits is given together, and all of it told', () => {
  const { feed, text, parse } = fed()
  const parsed: string[] = []
  for (const letter of ['a', 'b', 'c']) feed.write(Buffer.from(letter), () => parsed.push(letter))
  parse()
  expect(text()).toBe('abc')
  parse()
  expect(parsed).toEqual(['a', 'b', 'c'])
})

test('a place between bytes is told while nothing behind it has been parsed', () => {
  const { feed, text, parse } = fed()
  const told: string[] = []
  for (const letter of ['a', 'b', '', 'c', 'd']) feed.write(Buffer.from(letter), () => told.push(text()))
  for (let at = 0; at < 4; at++) parse()
  expect(told).toEqual(['a', 'ab', 'ab', 'abcd', 'abcd'])
})

describe('of a flood the terminal holds one portion', () => {
  const flood = (feed: Feed, frames: number) => {
    for (let at = 0; at < frames; at++) feed.write(frame('x'), () => {})
  }

  test('which grows while it is parsed fast', () => {
    const { feed, slow, portions } = fed()
    slow(0.05)
    flood(feed, 64)
    expect(portions().map((bytes) => bytes / 1024)).toEqual([64, 256, 768, 768, 768, 768, 704])
  })

  test('by no more than fits into 40 ms', () => {
    const { feed, slow, portions } = fed()
    slow(0.2)
    flood(feed, 10)
    expect(portions().map((bytes) => bytes / 1024)).toEqual([64, 192, 192, 192])
  })

  test('up to 1 MiB', () => {
    const { feed, portions } = fed()
    flood(feed, 64)
    expect(Math.max(...portions())).toBe(1024 * 1024)
  })

  test('which is what takes 40 ms where it takes long, even if that is half a frame', () => {
    const { feed, slow, portions } = fed()
    slow(1)
    flood(feed, 3)
    expect(portions().map((bytes) => bytes / 1024)).toEqual([64, 40, 24, 40, 24])
  })

  test('and no less than 32 KiB', () => {
    const { feed, slow, portions } = fed()
    slow(10)
    flood(feed, 2)
    expect(portions().map((bytes) => bytes / 1024)).toEqual([64, 32, 32])
  })
})

test('behind a portion that left little it waits for more', () => {
  const { feed, bytes, parse, rest } = fed()
  feed.write(frame('x'), () => {})
  parse()
  feed.write(Buffer.from('y'), () => {})
  parse()
  expect(bytes()).toBe(64 * 1024)
  feed.write(Buffer.from('z'), () => {})
  rest()
  expect(bytes()).toBe(64 * 1024 + 2)
})

test('a portion within a frame is not told as the whole of it', () => {
  const { feed, slow, parse, rest } = fed()
  slow(1)
  let told = 0
  feed.write(frame('x'), () => {})
  feed.write(frame('y'), () => told++)
  parse()
  parse()
  rest()
  expect(told).toBe(0)
  parse()
  expect(told).toBe(1)
})

test('where nobody looks all that waits is given at once', () => {
  const { feed, bytes, parse } = fed({ hidden: true })
  for (let at = 0; at < 16; at++) feed.write(frame('x'), () => {})
  parse()
  expect(bytes()).toBe(16 * 64 * 1024)
})

test('a screen takes the place of what waits, and what comes after it follows', () => {
  const { feed, text, parse } = fed()
  const parsed: string[] = []
  feed.write(Buffer.from('given,'), () => parsed.push('given'))
  feed.write(Buffer.from('waiting,'), () => parsed.push('waiting'))
  feed.replace('screen,', () => parsed.push('screen'))
  feed.write(Buffer.from('after'), () => parsed.push('after'))
  parse()
  parse()
  expect(text()).toBe('given,screen,after')
  expect(parsed).toEqual(['given', 'screen', 'after'])
})

test('behind a screen, which may turn insert mode on, text goes in small pieces until the screen is parsed', () => {
  const { feed, pieces, parse, rest } = fed()
  feed.replace('\x1b[4h', () => {})
  feed.write(frame('x'), () => {})
  feed.write(frame('y'), () => {})
  expect(Math.max(...pieces())).toBe(16 * 1024)
  parse()
  rest()
  expect(Math.max(...pieces())).toBe(64 * 1024)
})
