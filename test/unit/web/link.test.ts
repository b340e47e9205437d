import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Link, type Verdict } from '../../../client/web/console/link.ts'
import { type LinkState, retryDelay } from '../../../client/web/console/link-state.ts'
import { closeCodes, type ServerMessage } from '../../../server/contract/console.ts'
import { FakeClock, FakeGateway, retry } from './fakes.ts'

let clock: FakeClock
let gateway: FakeGateway
let verdict: Verdict
let probes: number
let states: LinkState[]
let messages: ServerMessage[]
let link: Link

beforeEach(() => {
  clock = new FakeClock()
  gateway = new FakeGateway()
  verdict = retry
  probes = 0
  states = []
  messages = []
  link = new Link({
    open: (events) => gateway.open(null, events),
    probe: async () => {
      probes++
      return verdict
    },
    clock,
    random: () => 0,
    onState: (state) => states.push(state),
    onMessage: (message) => messages.push(message),
    onBytes: () => {},
  })
})

const now = () => states.at(-1)

describe('a link', () => {
  test('is attached once the gateway says so', () => {
    link.connect()
    expect(now()).toEqual({ state: 'connecting', attempt: 1 })
    gateway.attach()
    expect(now()).toEqual({ state: 'attached', since: clock.now() })
    expect(messages[0]?.type).toBe('attached')
    expect(clock.pending).toBe(0)
  })

  test('comes back after 0.5 s, then ever later, at most 10 s', () => {
    link.connect()
    const waited: number[] = []
    for (let attempt = 0; attempt < 7; attempt++) {
      gateway.drop()
      const state = now()
      const ms = state?.state === 'waiting' ? state.retryAt - clock.now() : 0
      waited.push(ms)
      clock.pass(ms - 1)
      expect(gateway.opened).toHaveLength(attempt + 1)
      clock.pass(1)
      expect(gateway.opened).toHaveLength(attempt + 2)
    }
    expect(waited).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  })

  test('begins anew with the delays only after it stayed attached for 5 s', () => {
    link.connect()
    gateway.attach()
    gateway.drop()
    clock.pass(500)
    gateway.attach()
    clock.pass(4999)
    gateway.drop()
    expect(now()).toMatchObject({ state: 'waiting', attempt: 2, retryAt: clock.now() + 1000 })
    clock.pass(1000)
    gateway.attach()
    clock.pass(5000)
    gateway.drop()
    expect(now()).toMatchObject({ state: 'waiting', attempt: 1, retryAt: clock.now() + 500 })
  })

  test('tries at once when it is told to, and only once', () => {
    link.connect()
    gateway.drop()
    link.connect()
    link.connect()
    expect(gateway.opened).toHaveLength(2)
    clock.pass(60_000 - 51_000)
    expect(gateway.opened).toHaveLength(2)
  })

  test('gives up a socket that never attaches, and tries again', () => {
    link.connect()
    clock.pass(10_000)
    expect(gateway.opened[0]?.closed).toBe(true)
    expect(now()).toMatchObject({ state: 'waiting', why: 'The gateway took too long to answer.' })
    clock.pass(500)
    expect(gateway.opened).toHaveLength(2)
  })

  test('hears nothing more of a socket it gave up', () => {
    link.connect()
    gateway.attach()
    const first = gateway.last
    link.drop('dead')
    first.events.message(JSON.stringify({ type: 'viewers', viewers: [] }))
    first.events.closed(1006)
    expect(messages).toHaveLength(1)
    expect(now()).toMatchObject({ state: 'waiting', attempt: 1, why: 'dead' })
  })

  test('says why an attach failed, as the gateway tells it otherwise', async () => {
    link.connect()
    gateway.drop()
    await vi.waitFor(() => expect(now()).toMatchObject({ state: 'waiting', why: 'probed' }))
  })

  test('keeps to what the gateway said on the socket itself', async () => {
    link.connect()
    gateway.say({ type: 'error', code: 'too-many-viewers', message: 'Sixty-four are here already.' })
    gateway.drop(closeCodes.tooMany)
    await vi.waitFor(() => expect(probes).toBe(1))
    expect(now()).toMatchObject({ state: 'waiting', why: 'Sixty-four are here already.' })
  })

  test('does not take an error about something else for the cause of a drop', () => {
    link.connect()
    gateway.attach()
    gateway.say({ type: 'error', code: 'not-writer', message: 'Bob types.' })
    gateway.drop()
    expect(now()).toMatchObject({ state: 'waiting', why: 'The connection to the gateway was lost.' })
  })

  test('goes on after a shutdown, which is a restart more often than not', () => {
    link.connect()
    gateway.attach()
    gateway.say({ type: 'bye', code: 'shutdown', message: 'The gateway is stopping.' })
    gateway.drop(closeCodes.shutdown)
    expect(now()).toMatchObject({ state: 'waiting', why: 'The gateway is stopping.' })
  })

  test.each(['revoked', 'device-removed', 'kicked'] as const)('ends for good when it is %s', (code) => {
    link.connect()
    gateway.attach()
    gateway.say({ type: 'bye', code, message: 'Goodbye.' })
    expect(now()).toEqual({ state: 'ended', code, message: 'Goodbye.' })
    expect(gateway.last.closed).toBe(true)
    link.connect()
    clock.pass(60_000)
    expect(gateway.opened).toHaveLength(1)
  })

  test.each([
    [closeCodes.revoked, 'revoked'],
    [closeCodes.deviceRemoved, 'device-removed'],
  ])('ends by the close code %i alone', (closeCode, code) => {
    link.connect()
    gateway.attach()
    gateway.drop(closeCode)
    expect(now()).toMatchObject({ state: 'ended', code })
  })

  test('ends when the session is over or the device gone, however the socket hides it', async () => {
    verdict = { kind: 'ended', code: 'signed-out', message: 'Sign in first.' }
    link.connect()
    gateway.drop()
    await vi.waitFor(() => expect(now()).toMatchObject({ state: 'ended', code: 'signed-out' }))
    clock.pass(60_000)
    expect(gateway.opened).toHaveLength(1)
  })

  test('ignores a message it does not know, and what is no message', () => {
    link.connect()
    gateway.attach()
    gateway.say({ type: 'from-the-future' })
    gateway.last.events.message('no json')
    expect(messages).toHaveLength(1)
    expect(now()?.state).toBe('attached')
  })

  test('sends only while it is attached', () => {
    link.connect()
    expect(link.say({ type: 'ask' })).toBe(false)
    gateway.attach()
    expect(link.say({ type: 'ask' })).toBe(true)
    expect(gateway.heard()).toEqual([{ type: 'ask' }])
    gateway.drop()
    expect(link.sendBytes(new Uint8Array([65]))).toBe(false)
  })

  test('leaves nothing behind when it is closed', async () => {
    link.connect()
    gateway.drop()
    link.close()
    expect(clock.pending).toBe(0)
    const before = states.length
    await vi.waitFor(() => expect(probes).toBe(1))
    link.connect()
    expect(gateway.opened).toHaveLength(1)
    expect(states).toHaveLength(before)
  })
})

test('jitter takes up to half of a delay away, and never goes below the first', () => {
  expect(retryDelay(1, 0.99)).toBe(500)
  expect(retryDelay(5, 1)).toBe(4000)
  expect(retryDelay(1000, 0)).toBe(10_000)
})
