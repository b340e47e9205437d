import { expect, test } from 'vitest'
import { createLog } from '../../../../server/base/log.ts'
import { Answering } from '../../../../server/console/screen/answering.ts'
import type { Link } from '../../../../server/console/transport.ts'
import { FakeClock } from '../../../fakes/clock.ts'

class FakeLink implements Link {
  readonly breakSupported = false
  typed = ''
  /** Whether it takes what it is given. */
  room = true

  write(bytes: Uint8Array): boolean {
    this.typed += Buffer.from(bytes).toString('latin1')
    return this.room
  }

  drained(): Promise<void> {
    return new Promise(() => undefined)
  }

  async sendBreak(): Promise<void> {}
  async close(): Promise<void> {}
}

function start() {
  const clock = new FakeClock()
  const line: { link: FakeLink | undefined } = { link: new FakeLink() }
  const log = createLog('silent', { write: () => undefined })
  const answering = new Answering({ clock, log, link: () => line.link })
  return { clock, line, answering, link: line.link as FakeLink }
}

test('an answer goes to the link once, and only to a query', () => {
  const { answering, link } = start()
  expect(answering.asked(10)).toBe(true)
  expect(answering.within(4, 10)).toEqual([10])
  expect(answering.within(10, 20)).toEqual([])
  answering.answer(11, 'nobody asked')
  answering.answer(10, 'yes')
  answering.answer(10, 'again')
  expect(link.typed).toBe('yes')
})

test('an answer that comes too late is dropped: a shell would take it for a command', () => {
  const { answering, clock, link } = start()
  answering.asked(10)
  clock.advance(1000)
  answering.asked(20)
  clock.advance(1)
  answering.answer(10, 'late')
  answering.answer(20, 'in time')
  expect(link.typed).toBe('in time')
})

test('what was asked on a link that is gone is not answered on the next', () => {
  const { answering, line, link } = start()
  answering.asked(10)
  line.link = undefined
  answering.answer(10, 'lost')
  answering.asked(20)
  answering.forget()
  line.link = new FakeLink()
  answering.answer(20, 'lost')
  expect(link.typed + line.link.typed).toBe('')
})

test('a device that only asks is answered twenty times a second after the first forty', () => {
  const { answering, clock } = start()
  const asked = (times: number) =>
    Array.from({ length: times }, (_, at) => answering.asked(at)).filter(Boolean).length
  expect(asked(100_000)).toBe(40)
  clock.advance(1000)
  expect(asked(100_000)).toBe(20)
  clock.advance(60_000)
  expect(asked(100_000)).toBe(40)
})

test('a device that takes nothing is not answered for ever', () => {
  const { answering, clock, link } = start()
  link.room = false
  for (let times = 0; times < 10_000; times += 1) {
    clock.advance(1000)
    answering.asked(times)
    answering.answer(times, 'x'.repeat(500))
  }
  expect(link.typed.length).toBeLessThan(100_000)
})

test('an answer longer than any of ours is none', () => {
  const { answering, link } = start()
  answering.asked(10)
  answering.answer(10, 'x'.repeat(1000))
  expect(link.typed).toBe('')
})

test.each(['\r', '\n', '\x03', '\x7f', '\x9b6n'])(
  '%j is in no answer of ours: nothing is run by one',
  (key) => {
    const { answering, link } = start()
    answering.asked(10)
    answering.answer(10, `\x1b[0n${key}`)
    expect(link.typed).toBe('')
  },
)
