import { expect, test } from 'vitest'
import { Feed } from '../../../client/web/console/terminal/feed.ts'

/** A terminal that parses when it is told to. */
function fed({ hidden = false } = {}) {
  const written: (string | Uint8Array)[] = []
  const due: (() => void)[] = []
  let unparsed: (() => void)[] = []
  const terminal = {
    write(data: string | Uint8Array, parsed?: () => void) {
      written.push(data)
      if (parsed) unparsed.push(parsed)
    },
  }
  const feed = new Feed(terminal, { soon: (run) => due.push(run), hidden: () => hidden })
  return {
    feed,
    /** All letters that the terminal was given so far. */
    text: () => written.map((data) => Buffer.from(data).toString()).join(''),
    bytes: () => written.reduce((sum, { length }) => sum + length, 0),
    parse() {
      for (const parsed of unparsed.splice(0)) parsed()
      unparsed = []
      for (const run of due.splice(0)) run()
    },
  }
}

const frame = (letter: string, length = 64 * 1024) => Buffer.alloc(length, letter)

test('everything is given in order, and each is told when it is parsed', () => {
  const { feed, text, parse } = fed()
  const parsed: string[] = []
  for (const letter of ['a', 'b', 'c']) feed.write(Buffer.from(letter), () => parsed.push(letter))
  expect([text(), parsed]).toEqual(['a', []])
  parse()
  expect([text(), parsed]).toEqual(['abc', ['a']])
  parse()
  expect(parsed).toEqual(['a', 'b', 'c'])
  feed.write(Buffer.from('d'), () => parsed.push('d'))
  expect(text()).toBe('abcd')
})

test('of a flood the terminal holds one portion', () => {
  const { feed, bytes, parse } = fed()
  for (let at = 0; at < 16; at++) feed.write(frame('x'), () => {})
  expect(bytes()).toBe(64 * 1024)
  parse()
  expect(bytes()).toBe((64 + 128) * 1024)
  for (let at = 0; at < 10; at++) parse()
  expect(bytes()).toBe(16 * 64 * 1024)
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
