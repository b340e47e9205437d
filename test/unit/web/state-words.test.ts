import { describe, expect, test } from 'vitest'
import { initialModel, type Model } from '../../../client/web/console/model.ts'
import { mayUse, stateWords } from '../../../client/web/console/state-words.ts'
import { clockTime } from '../../../client/web/words/time.ts'
import type { Cause } from '../../../server/contract/line.ts'

const empty = initialModel({ rows: 24, cols: 80 })
const on = (line: Model['line']): Model => ({ ...empty, link: { state: 'attached', since: 0 }, line })
const refused: Cause = { code: 'refused', message: 'bmc:623 refused the connection.' }
const unknownKey: Cause = { code: 'host-key-unknown', message: 'Unknown key.', offered: 'SHA256:x' }

describe('the state line', () => {
  test.each<[string, Model, object]>([
    ['the first attach', empty, { tone: 'busy', word: 'Attaching', text: 'to the console' }],
    [
      'a lost gateway',
      { ...empty, link: { state: 'waiting', attempt: 2, retryAt: 4500, why: 'Gone.' } },
      { tone: 'trouble', text: 'Gone. Next try in 3 s.', remedy: 'attach-now' },
    ],
    [
      'the end',
      { ...empty, link: { state: 'ended', code: 'revoked', message: 'Bye.' } },
      { tone: 'off', text: 'Bye.' },
    ],
    [
      'a line being connected',
      on({ state: 'connecting', since: 0, attempt: 3 }),
      { tone: 'busy', text: 'to the device, attempt 3, for 2 s' },
    ],
    [
      'a line that is down',
      on({ state: 'waiting', since: 0, attempt: 3, retryAt: 14_000, cause: refused }),
      { tone: 'trouble', word: 'Refused', text: `${refused.message} Next try in 12 s.`, remedy: 'reconnect' },
    ],
    [
      'a host key to compare',
      on({ state: 'waiting', since: 0, attempt: 3, retryAt: 1000, cause: unknownKey }),
      { text: 'Unknown key. Trying again now.', remedy: 'host-key' },
    ],
    ['a disabled device', on({ state: 'disabled', since: 0 }), { tone: 'off', remedy: 'enable' }],
    [
      'a silent line',
      on({ state: 'online', since: 1000, lastDataAt: null }),
      { tone: 'good', word: 'Connected', text: `since ${clockTime(1000)}, nothing printed since` },
    ],
  ])('tells of %s', (_, model, words) => {
    expect(stateWords(model, null, 2000)).toMatchObject(words)
  })

  test('counts what came over the socket since the gateway last told', () => {
    const line = on({ state: 'online', since: 1000, lastDataAt: 2000 })
    expect(stateWords(line, null, 62_000).text).toContain('last printed 1 min ago')
    expect(stateWords(line, 52_000, 62_000).text).toContain('last printed 10 s ago')
  })

  test('does not take what an earlier link printed for news of this one', () => {
    const line = on({ state: 'online', since: 50_000, lastDataAt: null })
    expect(stateWords(line, 40_000, 62_000).text).toContain('nothing printed since')
  })
})

test('a remedy is offered to who may use it', () => {
  const rights = { edit: false, delete: false, write: true, break: true, force: false, reconnect: true }
  const may = { ...rights, setPassword: false }
  expect(mayUse('attach-now', may)).toBe(true)
  expect(mayUse('reconnect', may)).toBe(true)
  expect(mayUse('host-key', may)).toBe(false)
  expect(mayUse('enable', { ...may, edit: true })).toBe(true)
})
