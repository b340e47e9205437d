import { expect, test } from 'vitest'
import { approverWords, askedWords, keysWords, stepState } from '../../../client/web/recover/words.ts'

test('says who may approve, and what to do where nobody of the project may', () => {
  expect(approverWords(['Ben', 'Cleo'])).toBe('May be approved here by Ben, Cleo, or an instance admin.')
  expect(approverWords([])).toContain('ask an instance admin')
})

test('tells a rehearsal from a recovery', () => {
  expect(askedWords({ by: 'Ann', rehearsal: false }, 'web-1')).toBe('Ann asks to recover access to web-1.')
  expect(askedWords({ by: 'Ann', rehearsal: true }, 'web-1')).toBe(
    'Ann asks to rehearse a recovery of web-1.',
  )
})

test('knows of each step whether it is done, goes on, is to come, or is where it ended', () => {
  const at = { startedAt: 1, endedAt: 2 }
  const steps = [
    { step: 'restart' as const, ...at },
    { step: 'boot-loader' as const, ...at },
  ]
  const states = (state: 'running' | 'failed' | 'cancelled' | 'done') =>
    (['restart', 'boot-loader', 'rescue'] as const).map((name) => stepState({ steps, state }, name))
  expect(states('running')).toEqual(['done', 'now', 'to-come'])
  expect(states('done')).toEqual(['done', 'done', 'to-come'])
  for (const state of ['failed', 'cancelled'] as const)
    expect(states(state)).toEqual(['done', 'stopped', 'to-come'])
})

test('tells how the push of its keys went, a failure too', () => {
  const key = (proof: 'accepted' | 'refused' | 'not-reachable') =>
    ({ result: 'added', proof }) as unknown as Parameters<typeof keysWords>[0]['keys'][number]
  const done = (...keys: ReturnType<typeof key>[]) => keysWords({ state: 'done', message: '', keys })
  expect(keysWords({ state: 'running', message: 'Logging in.', keys: [] }).tone).toBeUndefined()
  expect(keysWords({ state: 'failed', message: 'The line went down.', keys: [] })).toEqual({
    tone: 'trouble',
    title: 'Its keys were not pushed',
    message: 'The line went down.',
  })
  expect(done(key('accepted'), key('not-reachable'))).toMatchObject({
    tone: 'good',
    message: expect.stringContaining('accepts 1 of 2'),
  })
  expect(done(key('accepted'), key('refused'))).toMatchObject({ tone: 'trouble' })
})
