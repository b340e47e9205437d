import { beforeEach, describe, expect, test } from 'vitest'
import { ConsoleSession } from '../../../client/web/console/session.ts'
import { limits } from '../../../server/contract/limits.ts'
import { ada, attached, bob, FakeClock, FakeGateway, FakeView, freeLock, retry } from './fakes.ts'

const mine = { ...freeLock, writer: 'v1', since: 0 }
const theirs = { ...freeLock, writer: 'v2', since: 0 }

let clock: FakeClock
let gateway: FakeGateway
let view: FakeView
let session: ConsoleSession

beforeEach(() => {
  clock = new FakeClock()
  gateway = new FakeGateway()
  view = new FakeView()
  session = new ConsoleSession({
    open: gateway.open,
    probe: async () => retry,
    clock,
    random: () => 0,
    view,
    size: { rows: 24, cols: 80 },
  })
  session.connect()
})

const lastNotice = () => session.snapshot().notices.at(-1)
const type = (text: string) => session.type(Uint8Array.from(Buffer.from(text)))

describe('output', () => {
  test('is shown unchanged, every byte value, also a character cut between frames', () => {
    gateway.attach()
    const every = Uint8Array.from({ length: 256 }, (_, value) => value)
    const cut = Buffer.from('é€')
    gateway.print(every)
    gateway.print(cut.subarray(0, 3))
    gateway.print(cut.subarray(3))
    view.parse()
    expect(Buffer.from(view.done.slice(1).join(''), 'latin1').equals(Buffer.concat([every, cut]))).toBe(true)
  })

  test('is acknowledged once it is parsed, by its absolute offset', () => {
    gateway.attach({ offset: 7000, liveFrom: 7000 })
    gateway.print(new Uint8Array(limits.ackEveryBytes))
    expect(gateway.heard()).toEqual([])
    view.parse()
    expect(gateway.heard()).toEqual([{ type: 'ack', offset: 7000 + limits.ackEveryBytes }])
  })

  test('is live only after the replay: what was printed long ago was not heard just now', () => {
    gateway.attach({ offset: 0, liveFrom: 4 })
    gateway.print('old.')
    expect(session.heardAt).toBeNull()
    gateway.print('new')
    expect(session.heardAt).toBe(clock.now())
  })
})

describe('the screen that the gateway drew', () => {
  test('stands before the first byte, and counts into no offset', () => {
    gateway.attach({ offset: 7000, liveFrom: 7000, screen: 'x'.repeat(2 * limits.ackEveryBytes) })
    gateway.print('$ ')
    view.parse()
    expect(view.done.slice(1)).toEqual([`drawn: ${'x'.repeat(2 * limits.ackEveryBytes)}`, '$ '])
    expect(gateway.heard()).toEqual([])
    gateway.drop()
    clock.pass(500)
    expect(gateway.last.from).toBe(7002)
  })

  test('takes the place of what was there, for who begins anew', () => {
    gateway.attach({ offset: 0, liveFrom: 0 })
    gateway.print('old')
    gateway.attach({ offset: 9000, liveFrom: 9000, screen: 'new' })
    view.parse()
    expect(view.done.slice(-2)).toEqual(['old', 'drawn: new'])
  })
})

test('another size of the console is taken at once', () => {
  gateway.attach()
  gateway.say({ type: 'size', size: { rows: 50, cols: 132 } })
  expect(view.done.at(-1)).toBe('132x50')
  expect(session.snapshot().size).toEqual({ rows: 50, cols: 132 })
})

describe('coming back', () => {
  test('asks from where it stands, and says that nothing was missed', () => {
    gateway.attach({ offset: 100, liveFrom: 100 })
    expect(gateway.opened[0]?.from).toBeNull()
    gateway.print('twelve bytes')
    gateway.drop()
    clock.pass(500)
    expect(gateway.last.from).toBe(112)
    gateway.attach({ offset: 112, liveFrom: 130 })
    expect(lastNotice()).toMatchObject({
      tone: 'plain',
      text: 'Resumed, nothing missed; caught up on 18 bytes',
      at: clock.now(),
    })
    expect(view.done).not.toContain('clear')
  })

  test('counts on over the seam: the stream of the view is that of the device', () => {
    gateway.attach()
    gateway.print('ab')
    gateway.drop()
    clock.pass(500)
    gateway.attach({ offset: 2, liveFrom: 4 })
    gateway.print('cdef')
    gateway.drop()
    clock.pass(1000)
    expect(gateway.last.from).toBe(6)
    view.parse()
    expect(view.done.filter((text) => !text.includes('x')).join('')).toBe('abcdef')
  })

  test('says how much is missing when history no longer has it, and marks the place', () => {
    gateway.attach()
    gateway.print('ab')
    gateway.drop()
    clock.pass(500)
    gateway.attach({ offset: 2050, liveFrom: 2050 })
    gateway.print('cd')
    view.parse()
    expect(lastNotice()).toMatchObject({
      tone: 'bad',
      text: 'Resumed, but missed 2.0 KiB: history no longer holds them',
    })
    expect(view.done).toEqual([
      '80x24',
      '80x24',
      'ab',
      '--Something is missing here: history no longer holds it--',
      'cd',
    ])
  })

  test('clears the view when the history has begun anew', () => {
    gateway.attach({ offset: 500, liveFrom: 500 })
    gateway.drop()
    clock.pass(500)
    gateway.attach({ offset: 0, liveFrom: 0 })
    expect(view.done).toContain('clear')
    expect(lastNotice()).toMatchObject({ tone: 'warning' })
  })

  test('attaches anew when the page is told that its socket is dead', () => {
    gateway.attach()
    session.restart('The gateway had lost this page.')
    expect(session.snapshot().link).toMatchObject({
      state: 'waiting',
      why: 'The gateway had lost this page.',
    })
    session.connect()
    expect(gateway.opened).toHaveLength(2)
  })
})

describe('a gap', () => {
  const gap = { from: 10, to: 60, startedAt: 0, endedAt: 1000, cause: 'expired' } as const

  test('moves the position, is marked where it happened and acknowledged at once', () => {
    gateway.attach()
    gateway.print('0123456789')
    gateway.say({ type: 'gap', gap })
    gateway.print('x')
    view.parse()
    expect(view.done[1]).toBe('0123456789')
    expect(view.done[2]).toContain('50 bytes missing')
    expect(gateway.heard()).toEqual([{ type: 'ack', offset: 60 }])
    gateway.drop()
    clock.pass(500)
    expect(gateway.last.from).toBe(61)
  })

  test('of unknown size says that something may be missing', () => {
    gateway.attach()
    gateway.say({ type: 'gap', gap: { ...gap, to: 10, cause: 'link-down' } })
    expect(lastNotice()?.text).toContain('Output may be missing: the line was down')
  })
})

describe('typing', () => {
  test('goes to the device for who holds the lock, and for who types while nobody does', () => {
    gateway.attach({ lock: mine })
    expect(type('é')).toBeNull()
    gateway.say({ type: 'lock', lock: freeLock, event: 'released', by: 'v1' })
    expect(type('€')).toBeNull()
    expect(gateway.typed()).toBe('é€')
  })

  test('is cut into frames that the gateway takes', () => {
    gateway.attach({ lock: mine })
    type('x'.repeat(limits.inputFrameBytes + 1))
    expect(gateway.last.sent.map((frame) => frame.length)).toEqual([limits.inputFrameBytes, 1])
  })

  test.each([
    ['somebody else types', { lock: theirs }, 'Bob writes. Ask for the write lock first.'],
    [
      'they may only watch',
      { viewers: [{ ...ada, mayWrite: false }, bob] },
      'You may watch this console, not type on it.',
    ],
    [
      'the line is down',
      { line: { state: 'connecting', since: 0, attempt: 1 } as const },
      'The line to the device is down: what you type goes nowhere.',
    ],
  ])('is refused with words when %s', (_, state, words) => {
    gateway.attach(state)
    expect(type('x')).toContain(words)
    expect(gateway.last.sent).toEqual([])
  })

  test('is refused with words while the page is not attached', () => {
    expect(type('x')).toContain('Not connected to the gateway')
  })
})

test('the mouse goes only where the lock already is: it never takes the lock', () => {
  const move = Uint8Array.from(Buffer.from('\x1b[<35;1;1M'))
  gateway.attach()
  session.point(move)
  expect(gateway.last.sent).toEqual([])
  gateway.say({ type: 'lock', lock: mine, event: 'taken', by: 'v1' })
  session.point(move)
  expect(gateway.typed()).toBe('\x1b[<35;1;1M')
})

test('who listens is told of each change, and not after the end', () => {
  let told = 0
  session.subscribe(() => told++)
  gateway.attach()
  expect(told).toBeGreaterThan(0)
  expect(session.snapshot().viewers).toEqual(attached.viewers)
  told = 0
  session.close()
  gateway.drop()
  expect(told).toBe(0)
  expect(clock.pending).toBe(0)
})

describe('an interrupt', () => {
  const flood = () => {
    gateway.print(new Uint8Array(600_000))
    view.parse()
  }
  const skips = () => gateway.heard().filter(({ type }) => type === 'resume')

  test('of a flood passes over what is still to come, and says so', () => {
    gateway.attach({ lock: mine })
    flood()
    type('ls\r')
    expect(skips()).toEqual([])
    type('\u0003')
    expect(skips()).toEqual([{ type: 'resume' }])
    // What was on its way here by then is passed over as well, and counted.
    gateway.print('the middle of the flood')
    view.parse()
    expect(view.done).not.toContain('the middle of the flood')
    gateway.say({ ...attached, lock: mine, offset: 20_600_000, liveFrom: 20_600_000 })
    expect(lastNotice()).toMatchObject({
      tone: 'plain',
      text: expect.stringContaining('Passed over 19.1 MiB'),
    })
    // What the device had written already still comes.
    gateway.print(new Uint8Array(200_000))
    expect(skips()).toHaveLength(2)
    gateway.print(new Uint8Array(200_000))
    expect(skips()).toHaveLength(2)
    gateway.say({ ...attached, lock: mine, offset: 21_600_000, liveFrom: 21_600_000 })
    gateway.print('^C\r\n$ ')
    expect(skips()).toHaveLength(2)
  })

  test('of what is slow to draw passes over what waits to be drawn', () => {
    gateway.attach({ lock: mine })
    gateway.print(new Uint8Array(600_000))
    clock.pass(5000)
    type('\u0003')
    expect(skips()).toEqual([{ type: 'resume' }])
  })

  test('of a console that prints what a person can read passes over nothing', () => {
    gateway.attach({ lock: mine })
    gateway.print(new Uint8Array(100_000))
    type('\u0003')
    expect(skips()).toEqual([])
  })

  test('is only what is typed alone, and only while the flood lasts', () => {
    gateway.attach({ lock: mine })
    flood()
    type('a\u0003')
    expect(skips()).toEqual([])
    clock.pass(1500)
    type('\u0003')
    expect(skips()).toEqual([])
  })
})
