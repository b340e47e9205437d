import { expect, test } from 'vitest'
import type { Prompt } from '../../../server/console/prompts/prompt.ts'
import { type LoginPlan, type LoginState, nextLoginStep } from '../../../server/operator/login-state.ts'

const plan: LoginPlan = { user: 'root', hasPassword: true, session: 'refuse', somebody: false }
const looking: LoginState = { at: 'looking', keys: 0 }
const login = (typed = '', disturbed = false): Prompt => ({
  kind: 'login',
  host: 'lab',
  typed,
  disturbed,
  evidence: `lab login: ${typed}`.trimEnd(),
})
const password = (
  user: string | null,
  evidence = 'Password:',
  asks: 'login' | 'program' = 'login',
): Prompt => ({
  kind: 'password',
  user,
  asks,
  evidence,
})
const shell = (typed = '', disturbed = false): Prompt => ({
  kind: 'shell',
  user: 'root',
  root: true,
  typed,
  disturbed,
  first: false,
  loggedInAs: null,
  evidence: 'root@lab:~#',
})
const unknown = (evidence = ''): Prompt => ({ kind: 'unknown', evidence })

interface Case {
  state?: LoginState
  prompt: Prompt
  heard?: string
  waited?: number
  echo?: 'off' | 'on'
  plan?: Partial<LoginPlan>
  /** The next state, or why it is refused, and the key. */
  next: string
  key?: string
}

const cases: Record<string, Case> = {
  'a login prompt gets the name': { prompt: login(), next: 'named', key: 'name' },
  'half a name is cleared first': { prompt: login('adm'), next: 'looking', key: 'clear' },
  'a torn prompt is asked for anew': { prompt: login('', true), next: 'looking', key: 'enter' },
  'an empty line is woken': { prompt: unknown(), next: 'looking', key: 'enter' },
  'and given time': { state: { at: 'looking', keys: 1 }, prompt: unknown(), waited: 2999, next: 'looking' },
  'and woken again': {
    state: { at: 'looking', keys: 1 },
    prompt: unknown(),
    waited: 3000,
    next: 'looking',
    key: 'enter',
  },
  'until it is called silent': {
    state: { at: 'looking', keys: 4 },
    prompt: unknown(),
    waited: 3000,
    next: 'silent',
  },
  'somebody’s program is not disturbed': { prompt: unknown('45%'), plan: { somebody: true }, next: 'busy' },
  'nor a silent one': { prompt: unknown(), plan: { somebody: true }, next: 'busy' },
  'nor a pager': { prompt: { kind: 'pager', evidence: '(END)' }, next: 'busy' },
  'nor a question': { prompt: { kind: 'question', evidence: '[Y/n]' }, next: 'busy' },
  'nor an editor': { prompt: { kind: 'program', wholeScreen: true, evidence: '' }, next: 'busy' },
  'nor sudo’s question': { prompt: password('ann', '[sudo] password for ann:', 'program'), next: 'busy' },
  'half a login of another is ended': { prompt: password('adm'), next: 'looking', key: 'interrupt' },
  'in another way if need be': {
    state: { at: 'looking', keys: 1 },
    prompt: password('adm'),
    waited: 3000,
    next: 'looking',
    key: 'end',
  },
  'maintenance is left alone': {
    prompt: { kind: 'sulogin', wants: 'enter', evidence: '' },
    next: 'maintenance',
  },
  'a boot loader too': {
    prompt: { kind: 'boot-loader', loader: 'grub-menu', evidence: '' },
    next: 'boot-loader',
  },
  'a switch is no Unix': {
    prompt: { kind: 'appliance', privileged: true, typed: '', evidence: 'sw1#' },
    next: 'not-unix',
  },
  'a shell is somebody’s': { prompt: shell(), next: 'logged-in' },
  'and used when told so': { prompt: shell(), plan: { session: 'use' }, next: 'found' },
  'but not with something typed': { prompt: shell('rm -r'), plan: { session: 'use' }, next: 'busy' },
  'an odd prompt counts after Enter': {
    state: { at: 'looking', keys: 1 },
    prompt: unknown('it is me ❯'),
    heard: 'it is me ❯',
    next: 'logged-in',
  },

  'a password prompt after our name is proven first': {
    state: { at: 'named' },
    prompt: password('root'),
    heard: '\nPassword: ',
    next: 'asked',
    key: 'probe',
  },
  'one that stood there before is none': {
    state: { at: 'named' },
    prompt: password('root'),
    heard: '',
    next: 'named',
  },
  'one for another user is none': {
    state: { at: 'named' },
    prompt: password('adm'),
    heard: '\nPassword: ',
    next: 'unknown-prompt',
  },
  'nor one without a password to give': {
    state: { at: 'named' },
    prompt: password('root'),
    heard: '\nPassword: ',
    plan: { hasPassword: false },
    next: 'no-password',
  },
  'an account without a password is in': {
    state: { at: 'named' },
    prompt: shell(),
    heard: 'root@lab:~# ',
    next: 'own',
  },
  'refused before it was asked for': {
    state: { at: 'named' },
    prompt: login(),
    heard: '\nLogin incorrect\nlab login: ',
    next: 'refused-unasked',
  },
  'a slow device is waited for': { state: { at: 'named' }, prompt: unknown(), waited: 64_999, next: 'named' },
  'but not for ever': { state: { at: 'named' }, prompt: unknown(), waited: 65_000, next: 'no-answer' },

  'echo off: the password': {
    state: { at: 'asked' },
    prompt: password('root'),
    echo: 'off',
    next: 'answered',
    key: 'password',
  },
  'echo on: none': { state: { at: 'asked' }, prompt: password('root'), echo: 'on', next: 'echo-on' },
  'not known: found out': { state: { at: 'asked' }, prompt: password('root'), next: 'asked', key: 'probe' },
  'too late': {
    state: { at: 'asked' },
    prompt: login(),
    heard: 'Login timed out after 60 seconds.\nlab login: ',
    echo: 'off',
    next: 'timed-out',
  },

  'the old prompt says nothing': {
    state: { at: 'answered' },
    prompt: password('root'),
    heard: '',
    next: 'answered',
  },
  'asked again: wrong': {
    state: { at: 'answered' },
    prompt: password(null),
    heard: 'Password: ',
    next: 'wrong-password',
  },
  'a new one is wanted': {
    state: { at: 'answered' },
    prompt: password(null, 'New password:', 'program'),
    heard: '\nNew password: ',
    next: 'password-expired',
  },
  'back at the login prompt: wrong': {
    state: { at: 'answered' },
    prompt: login(),
    heard: '\nLogin incorrect\nlab login: ',
    next: 'wrong-password',
  },
  'a session that ended at once': {
    state: { at: 'answered' },
    prompt: login(),
    heard: '\nLast login: today\n\nlab login: ',
    next: 'no-shell',
  },
  'a shell: in': { state: { at: 'answered' }, prompt: shell(), heard: 'root@lab:~# ', next: 'own' },
  'an odd prompt that stands still: in': {
    state: { at: 'answered' },
    prompt: unknown('it is me ❯'),
    heard: 'it is me ❯',
    waited: 1500,
    next: 'own',
  },
  'a menu is no shell': {
    state: { at: 'answered' },
    prompt: unknown('Your choice:'),
    heard: 'Your choice:',
    waited: 65_000,
    next: 'no-shell',
  },
  'the password was shown': {
    state: { at: 'answered' },
    prompt: unknown(),
    heard: 'x',
    echo: 'on',
    next: 'echo-on',
  },
}

test.each(Object.entries(cases))('%s', (_, one) => {
  const { state = looking, prompt, heard = '', waited = 0, echo } = one
  const sight = { prompt, heard, said: heard, waited, ...(echo !== undefined && { echo }) }
  const step = nextLoginStep(state, sight, { ...plan, ...one.plan })
  const next =
    step.state.at === 'refused'
      ? step.state.cause
      : step.state.at === 'inside'
        ? step.state.session
        : step.state.at
  expect([next, step.key]).toEqual([one.next, one.key ?? 'none'])
})

test('the password is typed from one state only, and that never comes again', () => {
  const prompts = Object.values(cases).map(({ prompt }) => prompt)
  const states: LoginState[] = [
    looking,
    { at: 'named' },
    { at: 'asked' },
    { at: 'answered' },
    { at: 'inside', session: 'own' },
  ]
  for (const state of states) {
    for (const prompt of prompts) {
      const sight = {
        prompt,
        heard: prompt.evidence,
        said: prompt.evidence,
        waited: 100_000,
        echo: 'off' as const,
      }
      const { key, state: after } = nextLoginStep(state, sight, plan)
      if (key === 'password')
        expect([state.at, prompt.kind, after.at]).toEqual(['asked', 'password', 'answered'])
      if (state.at === 'answered') expect(['answered', 'inside', 'refused']).toContain(after.at)
    }
  }
})
