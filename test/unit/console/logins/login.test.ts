import { describe, expect, test } from 'vitest'
import { keptOpen, type Login, nextLogin, unknownLogin } from '../../../../server/console/logins/login.ts'
import type { Prompt } from '../../../../server/console/prompts/prompt.ts'

const ann = { id: 'usr_ann', name: 'Ann' }
const bob = { id: 'usr_bob', name: 'Bob' }
const login: Prompt = { kind: 'login', host: 'web-1', typed: '', disturbed: false, evidence: 'web-1 login:' }
const password = (user: string | null): Prompt => ({
  kind: 'password',
  asks: 'login',
  user,
  evidence: 'Password:',
})
const shell = (more: Partial<Extract<Prompt, { kind: 'shell' }>> = {}): Prompt => ({
  kind: 'shell',
  user: null,
  root: true,
  typed: '',
  disturbed: false,
  first: false,
  loggedInAs: null,
  evidence: '#',
  ...more,
})
const loader: Prompt = { kind: 'boot-loader', loader: 'grub-menu', evidence: 'GNU GRUB' }
const nothing: Prompt = { kind: 'unknown', evidence: '' }

/** What is known after each of these was seen, a second apart, while Ann writes. */
function having(...seen: Prompt[]): Login {
  let now = 0
  return seen.reduce((known, prompt) => {
    now += 1000
    return nextLogin(known, prompt, { now, writer: ann })
  }, unknownLogin)
}

describe('a login', () => {
  test('is that of the name typed at the prompt, opened by the writer', () => {
    expect(having(login, password('root'), shell()).shown).toEqual({
      state: 'somebody',
      user: 'root',
      root: true,
      since: 3000,
      openedBy: ann,
      keptOpen: null,
    })
  })

  test('has no name that turns or hides what stands beside it', () => {
    const { shown } = having(login, password('\u202etoor\u009b\u200b'), shell({ root: null }))
    expect(shown).toMatchObject({ state: 'somebody', user: 'toor' })
  })

  test('is over when the login prompt is back', () => {
    expect(having(login, shell(), nothing, login).shown).toEqual({ state: 'nobody', since: 4000 })
  })

  test('goes on through programs, pagers and what is typed', () => {
    const opened = having(login, shell())
    for (const prompt of [nothing, shell({ typed: 'ls' }), shell(), password(null)]) {
      expect(nextLogin(opened, prompt, { now: 9000, writer: bob })).toBe(opened)
    }
  })

  test('found open was opened by nobody that is known, and is not logged out of', () => {
    const found = having(shell({ user: 'root' }))
    expect(found.shown).toMatchObject({ state: 'somebody', user: 'root', openedBy: null })
    expect(found.returns).toBe(false)
    expect(having(login, shell()).returns).toBe(true)
    expect(having(login, shell({ first: true })).returns).toBe(false)
  })

  test('that was too fast to be seen is told by what stands above the shell', () => {
    const quick = having(shell({ loggedInAs: 'root' }))
    expect(quick).toMatchObject({ shown: { state: 'somebody', user: 'root', openedBy: ann }, returns: true })
  })

  test('becomes a root shell when somebody becomes root', () => {
    const user = having(login, shell({ user: 'ann', root: false }))
    const root = nextLogin(user, shell({ root: true }), { now: 7000, writer: bob })
    expect(root.shown).toMatchObject({ user: 'root', root: true, since: 7000, openedBy: bob })
    expect(root.returns).toBe(true)
  })

  test('is unknown again when the machine boots, and nobody’s at a maintenance prompt', () => {
    expect(having(login, shell(), loader)).toBe(unknownLogin)
    const rescue = having({ kind: 'sulogin', wants: 'enter', evidence: '' }, shell())
    expect(rescue.shown).toMatchObject({ state: 'somebody', user: 'root' })
    expect(rescue.returns).toBe(false)
  })

  test('that was kept open says why, until it is over', () => {
    const kept = keptOpen(having(login, shell()), 'vi runs')
    expect(kept.shown).toMatchObject({ keptOpen: 'vi runs' })
    expect(keptOpen(unknownLogin, 'vi runs')).toBe(unknownLogin)
    expect(nextLogin(kept, login, { now: 9000, writer: null }).shown).toEqual({
      state: 'nobody',
      since: 9000,
    })
  })
})
