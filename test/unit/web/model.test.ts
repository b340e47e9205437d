import { describe, expect, test } from 'vitest'
import { lockView, requestWords } from '../../../client/web/console/lock-view.ts'
import { initialModel, type Model, reduce } from '../../../client/web/console/model.ts'
import type { ServerMessage } from '../../../server/contract/console.ts'
import type { Job } from '../../../server/contract/jobs.ts'
import type { LineState } from '../../../server/contract/line.ts'
import { ada, attached, bob, cat, freeLock } from './fakes.ts'

type Lock = Extract<ServerMessage, { type: 'lock' }>

const start = [
  { type: 'link', link: { state: 'attached', since: 0 }, at: 0 },
  { type: 'attached', message: attached, before: null, at: 0 },
] as const
const here = start.reduce<Model>(reduce, initialModel({ rows: 24, cols: 80 }))

function seen(...messages: Exclude<ServerMessage, { type: 'attached' }>[]): Model {
  return messages.reduce<Model>((model, message) => reduce(model, { type: 'message', message, at: 5 }), here)
}

function lock(event: Lock['event'], by: string | null, state: Partial<Lock['lock']>, reason?: string): Lock {
  return {
    type: 'lock',
    event,
    by,
    lock: { ...freeLock, ...state },
    ...(reason === undefined ? {} : { reason }),
  }
}

const bobTypes = lock('taken', 'v2', { writer: 'v2' })

describe('the lock, as this page sees it', () => {
  test('is free: the first key takes it', () => expect(lockView(here)).toEqual({ kind: 'free' }))

  test('is nobody’s business while the page is not attached', () => {
    const model = reduce(here, {
      type: 'link',
      link: { state: 'waiting', attempt: 1, retryAt: 1, why: '' },
      at: 0,
    })
    expect(lockView(model)).toEqual({ kind: 'detached' })
  })

  test('is somebody else’s, who can be asked', () => {
    expect(lockView(seen(bobTypes))).toMatchObject({ kind: 'theirs', writer: bob, asked: false })
  })

  test('is asked for, and passes', () => {
    const asked = seen(bobTypes, lock('asked', 'v1', { writer: 'v2', asking: 'v1', grantAt: 9 }))
    expect(lockView(asked)).toMatchObject({ kind: 'theirs', asked: true, asking: ada, grantAt: 9 })
    const granted = reduce(asked, {
      type: 'message',
      message: lock('granted', 'v2', { writer: 'v1' }),
      at: 6,
    })
    expect(lockView(granted)).toMatchObject({ kind: 'mine', asking: null })
    expect(granted.asked).toBe(false)
  })

  test('is asked for by a person, or by a job for the session that is open', () => {
    const job = { name: 'Bob', state: 'running', viewerId: bob.id } as Job
    expect(requestWords(bob, null).asks).toBe('Bob asks for the write lock.')
    expect(requestWords(bob, { ...job, viewerId: 'v9' }).silence).toBe('It passes by itself in')
    expect(requestWords(bob, { ...job, state: 'done' }).silence).toBe('It passes by itself in')
    expect(requestWords(bob, job)).toEqual({
      asks: 'Bob asks to set a new root password by the session that is open here.',
      silence: 'Without an answer it is left alone in',
    })
  })

  test('is asked for, and kept', () => {
    const model = seen(
      bobTypes,
      lock('asked', 'v1', { writer: 'v2', asking: 'v1' }),
      lock('declined', 'v2', { writer: 'v2' }),
    )
    expect(lockView(model)).toMatchObject({ kind: 'theirs', asked: false })
  })

  test('is asked for behind somebody else, whose turn does not end one’s own', () => {
    const model = seen(
      bobTypes,
      lock('asked', 'v3', { writer: 'v2', asking: 'v3' }),
      lock('asked', 'v1', { writer: 'v2', asking: 'v3' }),
      lock('declined', 'v2', { writer: 'v2', asking: 'v1' }),
    )
    expect(lockView(model)).toMatchObject({ kind: 'theirs', asked: true, asking: ada })
  })

  test('is one’s own, and somebody asks', () => {
    const model = seen(
      lock('taken', 'v1', { writer: 'v1' }),
      lock('asked', 'v2', { writer: 'v1', asking: 'v2' }),
    )
    expect(lockView(model)).toMatchObject({ kind: 'mine', asking: bob })
  })

  test('is out of reach for who may only watch', () => {
    const model = seen(bobTypes, { type: 'viewers', viewers: [{ ...ada, mayWrite: false }, bob, cat] })
    expect(lockView(model)).toEqual({ kind: 'watcher', writer: bob })
  })
})

describe('notices', () => {
  test.each([
    [lock('taken', 'v1', { writer: 'v1' }), 'You have the write lock'],
    [bobTypes, 'Bob has the write lock'],
    [lock('asked', 'v2', { writer: 'v1', asking: 'v2' }), 'Bob asks for the write lock'],
    [lock('granted', 'v2', { writer: 'v1' }), 'The write lock went to you'],
    [lock('auto-granted', null, { writer: 'v2' }), 'The write lock went to Bob: nobody answered'],
    [lock('declined', 'v2', { writer: 'v2' }), 'Bob kept the write lock'],
    [lock('released', 'v2', {}), 'Bob released the write lock'],
    [lock('idle', null, {}), 'The write lock is free: nobody typed for a while'],
    [
      lock('forced', 'v2', { writer: 'v2' }, 'Ada is asleep'),
      'Bob took the write lock by force: Ada is asleep',
    ],
    [lock('detached', 'gone', {}), 'The write lock is free: the writer has left'],
  ])('tell of %j', (message, text) => {
    expect(seen(message).notices.at(-1)).toMatchObject({ text, at: 5 })
  })

  test('tell when the line goes down and comes back, not of each attempt', () => {
    const cause = { code: 'closed-by-far-end', message: 'bmc closed the connection.' } as const
    const lines: LineState[] = [
      { state: 'waiting', since: 1, attempt: 1, retryAt: 2, cause },
      { state: 'connecting', since: 2, attempt: 2 },
      { state: 'waiting', since: 3, attempt: 2, retryAt: 4, cause },
      { state: 'online', since: 5, lastDataAt: null },
    ]
    const recording = { state: 'recording' } as const
    const model = seen(
      ...lines.map((line) => ({ type: 'state', line, recording, breakSupported: true }) as const),
    )
    expect(model.notices.map(({ text }) => text)).toEqual([
      'The line went down: bmc closed the connection.',
      'The line is connected',
    ])
  })

  test('tell when recording fails and goes on', () => {
    const line = { state: 'online', since: 0, lastDataAt: null } as const
    const failed = { state: 'failed', since: 2, message: 'The disk is full.' } as const
    const model = seen(
      { type: 'state', line, recording: failed, breakSupported: true },
      { type: 'state', line, recording: { state: 'recording' }, breakSupported: true },
    )
    expect(model.notices.map(({ text }) => text)).toEqual([
      'Recording failed: The disk is full.',
      'Recording goes on',
    ])
  })

  test('tell when the page itself loses the gateway', () => {
    const model = reduce(here, {
      type: 'link',
      link: { state: 'waiting', attempt: 1, retryAt: 9, why: 'The gateway is stopping.' },
      at: 7,
    })
    expect(model.notices.at(-1)).toMatchObject({
      at: 7,
      tone: 'warning',
      text: 'Not attached: The gateway is stopping.',
    })
  })

  test('warn when the lock was taken by force', () => {
    expect(seen(lock('forced', 'v2', { writer: 'v2' }, 'x')).notices.at(-1)?.tone).toBe('warning')
  })

  test('carry the gateway’s own words', () => {
    const model = seen({ type: 'error', code: 'break-unsupported', message: 'This transport has no break.' })
    expect(model.notices.at(-1)).toMatchObject({ tone: 'bad', text: 'This transport has no break.' })
  })

  test('do not grow without end, and keep their numbers', () => {
    const model = seen(...Array.from({ length: 150 }, () => bobTypes))
    expect(model.notices).toHaveLength(100)
    expect(model.notices.at(-1)?.id).toBe(150)
  })
})

test('a change of the line or of recording replaces what was known', () => {
  const line = { state: 'disabled', since: 3 } as const
  const recording = { state: 'failed', since: 2, message: 'full' } as const
  const model = seen({ type: 'state', line, recording, breakSupported: false })
  expect(model).toMatchObject({ line, recording, breakSupported: false })
})
