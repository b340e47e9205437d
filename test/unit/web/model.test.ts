import { describe, expect, test } from 'vitest'
import { lockView } from '../../../client/web/console/lock-view.ts'
import { initialModel, type Model, reduce } from '../../../client/web/console/model.ts'
import type { ServerMessage } from '../../../server/contract/console.ts'
import { ada, attached, bob, cat, freeLock } from './fakes.ts'

type Lock = Extract<ServerMessage, { type: 'lock' }>

const start = [
  { type: 'link', link: { state: 'attached', since: 0 } },
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
    const model = reduce(here, { type: 'link', link: { state: 'waiting', attempt: 1, retryAt: 1, why: '' } })
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
    [lock('taken', 'v1', { writer: 'v1' }), 'You have the keyboard'],
    [bobTypes, 'Bob has the keyboard'],
    [lock('asked', 'v2', { writer: 'v1', asking: 'v2' }), 'Bob asks for the keyboard'],
    [lock('granted', 'v2', { writer: 'v1' }), 'The keyboard went to you'],
    [lock('auto-granted', null, { writer: 'v2' }), 'The keyboard went to Bob: nobody answered'],
    [lock('declined', 'v2', { writer: 'v2' }), 'Bob kept the keyboard'],
    [lock('released', 'v2', {}), 'Bob gave the keyboard back'],
    [lock('idle', null, {}), 'The keyboard is free: nobody typed for a while'],
    [lock('forced', 'v2', { writer: 'v2' }, 'Ada is asleep'), 'Bob took the keyboard over: Ada is asleep'],
    [lock('detached', 'gone', {}), 'The keyboard is free: who typed has left'],
  ])('tell of %j', (message, text) => {
    expect(seen(message).notices.at(-1)).toMatchObject({ text, at: 5 })
  })

  test('warn when a keyboard was taken by force', () => {
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
