import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PasteOutcome, type PasteProgress, paste } from '../../../server/operator/paste.ts'
import { Stopped } from '../../../server/operator/stopped.ts'
import { cookedTty, type FarEnd, TestDesk } from './far-end.ts'

function pasteInto(desk: TestDesk, text: string, bracketed = false): Promise<PasteOutcome> {
  return desk.run(paste({ text, bracketed }, desk.typist, () => undefined))
}

test('lines go one after the other, and all have arrived', async () => {
  const lines: string[] = []
  const desk = new TestDesk(cookedTty(lines))
  const progress: PasteProgress[] = []
  const text = 'one\n\n\ttwo é\nthree\n'
  const outcome = await desk.run(
    paste({ text, bracketed: false }, desk.typist, (step) => progress.push(step)),
  )
  expect(outcome).toEqual({
    state: 'done',
    done: 19,
    verified: true,
    missing: [],
    message: 'All 4 lines arrived.',
  })
  expect(lines).toEqual(['one', '', '\ttwo é', 'three'])
  expect(progress.map(({ done, verified }) => [done, verified])).toEqual([
    [0, null],
    [3, true],
    [4, true],
    [12, true],
  ])
  expect([desk.clock.timers, desk.listeners]).toEqual([0, 0])
})

test('a last line without a line end is typed, not entered', async () => {
  const lines: string[] = []
  const desk = new TestDesk(cookedTty(lines))
  expect(await pasteInto(desk, 'one\r\ntwo')).toMatchObject({ state: 'done', done: 8 })
  expect(lines).toEqual(['one'])
  expect(Buffer.from(desk.typed).toString()).toBe('one\rtwo')
})

test('one line alone is called that', async () => {
  const shown = new TestDesk(cookedTty([]))
  expect((await pasteInto(shown, 'a'.repeat(300))).message).toBe('The line arrived.')
  const hidden = new TestDesk(() => '')
  expect((await pasteInto(hidden, 'secret')).message).toMatch(/^The line was typed, but the far end shows/)
})

test('a damaged line is not entered, and it and the rest are named', async () => {
  const lines: string[] = []
  const tty = cookedTty(lines)
  const desk = new TestDesk((byte) => (desk.typed.length === 12 ? '' : tty(byte)))
  expect(await pasteInto(desk, 'first\nsecond\nthird\n')).toEqual({
    state: 'failed',
    done: 6,
    verified: true,
    missing: [{ from: 6, to: 19 }],
    message: expect.stringContaining('1 of 3 lines arrived. Line 2 did not come back as it was typed'),
  })
  expect(lines).toEqual(['first'])
})

test('a far end that shows nothing is typed at slowly, and it is said', async () => {
  const desk = new TestDesk(() => '')
  const text = 'x'.repeat(99).concat('\n').repeat(20)
  const started = desk.clock.monotonic()
  const outcome = await pasteInto(desk, text)
  expect(outcome).toMatchObject({ state: 'done', verified: false, missing: [] })
  expect(outcome.message).toContain('whether it arrived cannot be said')
  expect(Buffer.from(desk.typed).toString()).toBe(text.replaceAll('\n', '\r'))
  expect(desk.clock.monotonic() - started).toBeGreaterThan(2000)
})

test('an echo that stops ends it', async () => {
  const lines: string[] = []
  const tty = cookedTty(lines)
  const desk = new TestDesk((byte) => (lines.length < 2 ? tty(byte) : ''))
  const outcome = await pasteInto(desk, 'sudo -v\nls\nsecret\nmore\n')
  expect(outcome).toMatchObject({ state: 'failed', done: 11, missing: [{ from: 11, to: 23 }] })
  expect(Buffer.from(desk.typed).toString()).not.toContain('more')
})

test('it waits while a command keeps the far end busy', async () => {
  const lines: string[] = []
  const tty = cookedTty(lines)
  const held: Uint8Array[] = []
  const desk = new TestDesk((byte) => {
    const echo = Buffer.from(tty(byte))
    if (lines.length === 0 || desk.clock.monotonic() > busyUntil) return echo
    held.push(echo)
    return ''
  })
  const busyUntil = desk.clock.monotonic() + 12_000
  desk.clock.after(12_001, () => desk.print(Buffer.concat(held)))
  expect(await pasteInto(desk, 'sleep 12\nls\n')).toMatchObject({ state: 'done', verified: true })
})

test('stopped, it says what was not typed', async () => {
  const lines: string[] = []
  const desk = new TestDesk(cookedTty(lines), 300)
  const text = 'a line of some length\n'.repeat(50)
  const work = paste({ text, bracketed: false }, desk.typist, () => undefined)
  const outcome = await desk.run(
    work,
    (ms) => ms === 1000 && desk.stop(new Stopped('cancelled', 'Ann stopped it.')),
  )
  expect(outcome).toMatchObject({ state: 'cancelled', verified: true })
  const left = outcome.missing[0]?.from ?? 0
  // The text of the last line has come back, but nobody pressed its Enter.
  expect(lines.join('\n').length).toBeLessThanOrEqual(left)
  expect(lines.length).toBeGreaterThan(9)
  expect(outcome.message).toMatch(/^\d+ of 50 lines arrived\. Ann stopped it\.$/)
  expect([desk.clock.timers, desk.listeners]).toEqual([0, 0])
})

test('a far end that prints all the time and shows nothing of it does not keep the lock', async () => {
  const desk = new TestDesk(() => '')
  const work = paste({ text: 'ls\n', bracketed: true }, desk.typist, () => undefined)
  const outcome = await desk.run(work, (ms) => ms % 500 === 0 && desk.print('noise\r\n'))
  expect(outcome).toMatchObject({ state: 'done', verified: false })
}, 20_000)

test('the pace is the line’s', async () => {
  const desk = new TestDesk(cookedTty([]), 300)
  const started = desk.clock.monotonic()
  await pasteInto(desk, 'x'.repeat(29).concat('\n').repeat(20))
  const took = desk.clock.monotonic() - started
  expect(took).toBeGreaterThan(1900)
  expect(Math.max(...desk.writes.map(({ length }) => length))).toBeLessThanOrEqual(16)
})

test('bracketed paste goes between its brackets, and is looked for as a whole', async () => {
  let kept = Buffer.alloc(0)
  const desk = new TestDesk((byte) => {
    kept = Buffer.concat([kept, Uint8Array.of(byte)])
    if (!kept.includes('\x1b[201~')) return ''
    return `\x1b[7m${kept.toString().replace('\x1b[200~', '').replace('\x1b[201~', '').replaceAll('\r', '\r\n')}\x1b[27m`
  })
  expect(await pasteInto(desk, 'for i in 1 2\ndo echo $i\ndone\n', true)).toMatchObject({
    state: 'done',
    verified: true,
  })
  expect(Buffer.from(desk.typed).toString()).toBe('\x1b[200~for i in 1 2\rdo echo $i\rdone\r\x1b[201~')
})

test('whatever is printed between, what counts as arrived has arrived', async () => {
  const line = fc.string({ unit: fc.constantFrom(...'abc =/$\t'), maxLength: 60 })
  const noise = fc.constantFrom(
    '\r\n[ 12.3] usb 1-1: new device\r\n',
    ' \r',
    '\r\n',
    '\x1b[1;31m',
    '\x1b]0;a title\x07',
    'abc',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(400), noise), { maxLength: 12 }),
      fc.option(fc.nat(300), { nil: undefined }),
      async (texts, noises, lost) => {
        const lines: string[] = []
        const tty = cookedTty(lines)
        const between = new Map(noises)
        const text = `${texts.join('\n')}\n`
        const farEnd: FarEnd = (byte) => {
          const at = desk.typed.length - 1
          const echo = at === lost ? Buffer.alloc(0) : Buffer.from(tty(byte))
          return Buffer.concat([echo, Buffer.from(between.get(at) ?? '')])
        }
        const desk = new TestDesk(farEnd, 1_000_000)
        const outcome = await pasteInto(desk, text)
        const received = lines.map((received) => `${received}\n`).join('')
        if (lost === undefined || lost >= text.length) {
          expect([outcome.state, received]).toEqual(['done', text])
        }
        // What follows the last line entered stands there without its Enter.
        const rest = text.slice(0, outcome.done).slice(received.length)
        if (outcome.verified && noises.length === 0) {
          expect([text.startsWith(received), rest.includes('\n')]).toEqual([true, false])
        }
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)
