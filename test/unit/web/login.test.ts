import { describe, expect, test } from 'vitest'
import { leavesShellOpen } from '../../../client/web/console/leaving.ts'
import { initialModel, type Model, reduce } from '../../../client/web/console/model.ts'
import { loginWords, shellWords } from '../../../client/web/words/login.ts'
import type { LoginState } from '../../../server/contract/login.ts'
import { ada, attached, bob, cat, freeLock } from './fakes.ts'

const noon = new Date(2026, 10, 23, 12, 0).getTime()
const root: Extract<LoginState, { state: 'somebody' }> = {
  state: 'somebody',
  user: 'root',
  root: true,
  since: new Date(2026, 10, 23, 10, 12).getTime(),
  openedBy: { id: ada.userId, name: 'Ada' },
  keptOpen: null,
}

/** The page of the first viewer, attached with others to a console on which a root shell is open. */
function page(viewers = [ada], more: Partial<Model> = {}): Model {
  const message = {
    ...attached,
    viewerId: ada.id,
    viewers,
    login: root,
    lock: { ...freeLock, writer: ada.id },
  }
  const model = reduce(initialModel({ rows: 24, cols: 80 }), {
    type: 'attached',
    message,
    before: null,
    at: 0,
  })
  return { ...model, link: { state: 'attached' }, ...more } as Model
}

describe('words of a login', () => {
  test('tell whose shell it is, since when, and who opened it', () => {
    expect(loginWords(root, noon)).toBe('root shell since 10:12, opened by Ada')
    expect(loginWords({ ...root, openedBy: null }, noon)).toBe('root shell since 10:12')
    expect(loginWords(root, noon + 24 * 3600 * 1000)).toContain('since 2026-11-23 10:12')
    expect(loginWords({ state: 'nobody', since: 0 }, noon)).toBeNull()
    expect(shellWords({ ...root, user: 'ann', root: false })).toBe('shell of ann')
    expect(shellWords({ ...root, user: null, root: null })).toBe('shell')
    expect(shellWords({ ...root, user: 'toor' })).toBe('root shell of toor')
  })
})

describe('the last writer', () => {
  test('is warned of the shell that stays open', () => {
    expect(leavesShellOpen(page(), false)).toBe(true)
    expect(leavesShellOpen(page([ada, { ...bob, mayWrite: false }]), false)).toBe(true)
  })

  test('is not, while somebody else may write, the device logs out by itself, or nobody is logged in', () => {
    expect(leavesShellOpen(page([ada, { ...cat, mayWrite: true }]), false)).toBe(false)
    expect(leavesShellOpen(page(), true)).toBe(false)
    expect(leavesShellOpen(page([ada], { login: { state: 'nobody', since: 0 } }), false)).toBe(false)
    expect(leavesShellOpen(page([ada], { login: { state: 'unknown' } }), false)).toBe(false)
  })

  test('is who opened it or holds the lock, not who looked in', () => {
    expect(leavesShellOpen(page([ada], { lock: freeLock }), false)).toBe(true)
    const others: LoginState = { ...root, openedBy: { id: bob.userId, name: 'Bob' } }
    expect(leavesShellOpen(page([ada], { lock: freeLock, login: others }), false)).toBe(false)
    expect(leavesShellOpen(page([ada], { login: others }), false)).toBe(true)
  })

  test('is not, when the page is no longer attached', () => {
    expect(leavesShellOpen(page([ada], { link: { state: 'connecting', attempt: 2 } }), false)).toBe(false)
  })
})
