import { expect, test } from 'vitest'
import { AgentSeat, agentWaitMs } from '../../../server/inject/agent-seat.ts'
import { FakeClock } from '../../fakes/clock.ts'

const about = { target: '192.0.2.1:22', login: 'root' }

test('nobody comes in five minutes: it says so, and takes nobody after that', async () => {
  const clock = new FakeClock()
  const seat = new AgentSeat(clock)
  const waiting = seat.attached(new AbortController().signal)
  expect(seat.view).toEqual({ state: 'waiting', until: clock.now() + agentWaitMs })
  clock.advance(agentWaitMs)
  await expect(waiting).rejects.toThrow('No ssh agent was attached within 5 minutes. Nothing was done.')
  expect(seat.view).toEqual({ state: 'missed', until: null })
  expect(() => seat.attach({ frame() {}, tell() {} })).toThrow('waited too long')
})

test('an agent that does not answer is asked no more, and what it says too late is no mistake', async () => {
  const clock = new FakeClock()
  const seat = new AgentSeat(clock)
  const told: unknown[] = []
  const seated = seat.attach({ frame() {}, tell: (message) => told.push(message) })
  const talk = seat.for('web-1')?.open(about)
  const answer = talk?.ask(Uint8Array.of(11), 10_000)
  const silence = expect(answer).rejects.toThrow('did not answer within 10 s')
  clock.advance(10_000)
  await silence
  expect(told).toEqual([
    { type: 'open', talk: 1, device: 'web-1', ...about },
    { type: 'close', talk: 1 },
  ])
  expect([seated.answered(1, Uint8Array.of(5)), seated.answered(2, Uint8Array.of(5))]).toEqual([true, false])
})

test('an answer to nothing that was asked is told from one that was', async () => {
  const seat = new AgentSeat(new FakeClock())
  const seated = seat.attach({ frame() {}, tell() {} })
  const talk = seat.for('web-1')?.open(about)
  expect(seated.answered(1, Uint8Array.of(6))).toBe(false)
  const answer = talk?.ask(Uint8Array.of(11), 10_000)
  expect(seated.answered(1, Uint8Array.of(6))).toBe(true)
  expect(await answer).toEqual(Uint8Array.of(6))
  seated.lost()
  await expect(talk?.ask(Uint8Array.of(11), 10_000)).rejects.toThrow('not attached any more')
  expect([seat.view.state, seat.for('web-1')]).toEqual(['gone', undefined])
})
