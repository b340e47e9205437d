import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLog } from '../../../server/base/log.ts'
import { Line } from '../../../server/console/line.ts'
import type { Link, LinkEvents, OpenRequest } from '../../../server/console/transport.ts'
import type { LineState } from '../../../server/contract/line.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { ScriptedDevice } from '../../fakes/scripted-device.ts'

let clock: FakeClock
let device: ScriptedDevice
let line: Line
let states: LineState[]
let printed: string
beforeEach(() => {
  clock = new FakeClock()
  device = new ScriptedDevice()
  states = []
  printed = ''
  line = newLine()
})
afterEach(async () => {
  device.closeSlowly = false
  device.finishClosing()
  const closing = line.close()
  await settle()
  clock.advance(20_000)
  await closing
  expect(clock.timers).toBe(0)
  expect(device.open).toBe(0)
})

function newLine(): Line {
  return new Line({
    clock,
    log: createLog('silent'),
    random: () => 0,
    data: (bytes) => {
      printed += Buffer.from(bytes).toString()
    },
    lost: () => undefined,
    changed: (state) => states.push(state),
  })
}

const open = (events: LinkEvents, signal: AbortSignal): Promise<Link> =>
  device.connect({ events, signal } as OpenRequest)

/** Lets promises that are due run. Nothing in a line waits for anything but the clock and its link. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

const names = (): string[] => states.map(({ state }) => state)

describe('a line', () => {
  test('is connecting, then online, and passes on what the device prints', async () => {
    line.use(open)
    await settle()
    device.print('login: ')
    expect(names()).toEqual(['connecting', 'online'])
    expect(printed).toBe('login: ')
    expect(line.state).toMatchObject({ state: 'online', lastDataAt: clock.now() })
  })

  test('gives up after 20 s of silence, and tries again', async () => {
    device.answer = 'silence'
    line.use(open)
    await settle()
    clock.advance(19_999)
    await settle()
    expect(line.state.state).toBe('connecting')
    clock.advance(1)
    await settle()
    expect(line.state).toMatchObject({ state: 'waiting', cause: { code: 'timeout' } })
    device.answer = 'device'
    clock.advance(1000)
    await settle()
    expect(line.state.state).toBe('online')
  })

  test('goes on without a transport that does not give up, and closes what it brings late', async () => {
    const late = Promise.withResolvers<Link>()
    let closed = false
    line.use(() => late.promise)
    await settle()
    clock.advance(20_000)
    await settle()
    clock.advance(5000)
    await settle()
    expect(line.state).toMatchObject({ state: 'waiting', cause: { code: 'timeout' } })
    late.resolve({
      close: async () => {
        closed = true
      },
    } as Link)
    await settle()
    expect(closed).toBe(true)
    line.use(undefined)
  })

  test('spins on no device: a link that ends at once is tried ever more rarely', async () => {
    line.use(open)
    for (let life = 0; life < 8; life++) {
      await settle()
      if (device.online) device.cut()
      clock.advance(60_000)
    }
    await settle()
    const waits = states.flatMap((state) => (state.state === 'waiting' ? [state.retryAt - state.since] : []))
    expect(waits.slice(0, 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000])
  })

  test('says what a transport says, and bears a transport that throws what it should not', async () => {
    line.use(() => Promise.reject(new Error('not a LinkError')))
    await settle()
    expect(line.state).toMatchObject({
      state: 'waiting',
      cause: { code: 'other', message: 'not a LinkError' },
    })
    line.use(() => {
      throw new Error('thrown at once')
    })
    await settle()
    expect(line.state).toMatchObject({ state: 'waiting', cause: { message: 'thrown at once' } })
  })

  test('a link that closes in the moment it opens is not taken for open', async () => {
    line.use(async (events) => {
      events.data(Buffer.from('bye'))
      events.closed({ code: 'closed-by-far-end', message: 'gone' })
      return { close: async () => undefined } as Link
    })
    await settle()
    expect(names()).toEqual(['connecting', 'online', 'waiting'])
    expect(printed).toBe('bye')
  })

  test('opens the next link only when the last one is closed: a tty is exclusive', async () => {
    device.closeSlowly = true
    line.use(open)
    await settle()
    line.reconnect()
    line.reconnect()
    await settle()
    expect(device.attempts).toBe(1)
    device.finishClosing()
    await settle()
    expect(device.attempts).toBe(2)
    expect(device.mostOpen).toBe(1)
  })

  test('does not wait for ever for a link that does not close', async () => {
    device.closeSlowly = true
    line.use(open)
    await settle()
    line.reconnect()
    await settle()
    clock.advance(10_000)
    await settle()
    expect(device.attempts).toBe(2)
  })

  test('hears nothing of a link that it let go of', async () => {
    const kept: LinkEvents[] = []
    line.use((events, signal) => {
      kept.push(events)
      return open(events, signal)
    })
    await settle()
    line.reconnect()
    await settle()
    kept[0]?.data(Buffer.from('ghost'))
    kept[0]?.closed({ code: 'other', message: 'ghost' })
    expect(printed).toBe('')
    expect(line.state.state).toBe('online')
    device.print('real')
    expect(printed).toBe('real')
  })

  test('ends an attempt when it is disabled, and does not come back by itself', async () => {
    device.answer = 'silence'
    line.use(open)
    await settle()
    line.use(undefined)
    await settle()
    clock.advance(600_000)
    await settle()
    expect(names()).toEqual(['connecting', 'disabled'])
    expect(device.attempts).toBe(1)
  })

  test('tells nothing after close, and closes its link', async () => {
    line.use(open)
    await settle()
    const before = states.length
    await line.close()
    expect(device.open).toBe(0)
    line.reconnect()
    line.use(open)
    await settle()
    expect(states.length).toBe(before)
    expect(device.attempts).toBe(1)
  })

  test('a listener that changes the line from within a change is served, in order', async () => {
    const changed = vi.fn((state: LineState) => {
      if (state.state === 'online' && changed.mock.calls.length < 4) nested.reconnect()
    })
    const nested = new Line({
      clock,
      log: createLog('silent'),
      random: () => 0,
      data: () => undefined,
      lost: () => undefined,
      changed,
    })
    nested.use(open)
    await settle()
    expect(changed.mock.calls.map(([{ state }]) => state)).toEqual([
      'connecting',
      'online',
      'connecting',
      'online',
    ])
    await nested.close()
  })
})

test('whatever happens in whatever order: never two links, and after close nothing is left', async () => {
  const act = fc.constantFrom(
    'use',
    'disable',
    'reconnect',
    'cut',
    'second',
    'minute',
    'settle',
    'silence',
    'refuse',
    'answer',
    'slow',
    'fast',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      clock = new FakeClock()
      device = new ScriptedDevice()
      const one = newLine()
      for (const what of acts) {
        if (what === 'use') one.use(open)
        if (what === 'disable') one.use(undefined)
        if (what === 'reconnect') one.reconnect()
        if (what === 'cut' && device.online) device.cut()
        if (what === 'second') clock.advance(device.closeSlowly ? 100 : 1000)
        // A link that takes more than 10 s to close has broken its promise.
        if (what === 'minute' && !device.closeSlowly) clock.advance(60_000)
        if (what === 'settle') await settle()
        if (what === 'silence') device.answer = 'silence'
        if (what === 'refuse') device.answer = { code: 'refused', message: 'no' }
        if (what === 'answer') device.answer = 'device'
        if (what === 'slow') device.closeSlowly = true
        if (what === 'fast') {
          device.closeSlowly = false
          device.finishClosing()
        }
      }
      device.closeSlowly = false
      device.finishClosing()
      const closing = one.close()
      await settle()
      device.finishClosing()
      clock.advance(30_000)
      await closing
      await settle()
      expect(device.mostOpen).toBeLessThanOrEqual(1)
      expect(device.open).toBe(0)
      expect(clock.timers).toBe(0)
    }),
  )
})
