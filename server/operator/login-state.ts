import type { Prompt } from '../console/prompts/prompt.ts'
import { type Refusal, refusalIn } from './login-words.ts'
import { promptEnd } from './shell-prompt.ts'

/** Where a login stands. */
export type LoginState =
  /** Nothing was typed for it but what wakes or clears the line; `keys` counts that. `torn` counts prompts that messages tore. */
  | { at: 'looking'; keys: number; torn?: number }
  /** Our user name was typed, came back, and was entered. */
  | { at: 'named'; torn?: number }
  /** A password prompt followed it: whether the far end shows what is typed is being found out. */
  | { at: 'asked' }
  /** The password was typed, once. */
  | { at: 'answered' }
  /** A shell waits: of our own login, or of somebody who was here before. */
  | { at: 'inside'; session: 'own' | 'found' }
  /** There is no going on. `open` when the far end may still ask for something that we have begun. */
  | { at: 'refused'; cause: LoginCause; prompt: Prompt; open: boolean }

export type LoginCause =
  | Refusal
  /** Nothing answers Enter. */
  | 'silent'
  /** A shell is open, and the caller did not say to use it. */
  | 'logged-in'
  /** Somebody's session is there, and not at an empty shell prompt. */
  | 'busy'
  /** Somebody's half of a login does not go away. */
  | 'password-waits'
  | 'maintenance'
  | 'boot-loader'
  | 'not-unix'
  | 'unknown-prompt'
  /** A password is needed, and none was given. */
  | 'no-password'
  /** The far end shows what is typed at its password prompt. */
  | 'echo-on'
  /** The password was accepted, as far as can be told, but no shell came. */
  | 'no-shell'
  | 'no-answer'

/** What is known at a moment. */
export interface LoginSight {
  prompt: Prompt
  /** What was printed since the last key, as plain text without messages. */
  heard: string
  /** The same since our user name: a reason may come before the password is asked for. */
  said: string
  /** Time since the last key, ms. */
  waited: number
  /** What came of typing a letter at the password prompt and taking it back, or whether the password itself was shown. */
  echo?: 'off' | 'on'
}

/** What the login is to be, and what the gateway has seen of the line before. */
export interface LoginPlan {
  user: string
  hasPassword: boolean
  session: 'refuse' | 'use'
  /** Whether somebody is logged in, as far as the console's watch knows. */
  somebody: boolean
}

export type LoginKey = 'none' | 'enter' | 'clear' | 'interrupt' | 'end' | 'name' | 'probe' | 'password'

export interface LoginStep {
  state: LoginState
  key: LoginKey
}

/** Enter, Ctrl-U, Ctrl-C or Ctrl-D at what stands there before we give up. */
const mostKeys = 4
/** A getty answers Enter within this, also at the end of a slow line. */
const enterMs = 3000
/** login(1) gives up on who does not type within 60 s, so it has answered by then, whatever it waited for. */
const loginMs = 65_000
/** A prompt of no known shape that stands still for so long is one. */
const oddPromptMs = 1500
/** What still ends like a prompt after so long is one that a message was printed into. No password was typed: it is asked for anew. */
const tornMs = 3000
const mostTorn = 3

/** The only way a login goes on. Pure. */
export function nextLoginStep(state: LoginState, sight: LoginSight, plan: LoginPlan): LoginStep {
  switch (state.at) {
    case 'looking':
      return looking(state, sight, plan)
    case 'named':
      return named(state, sight, plan)
    case 'asked':
      return asked(sight, plan)
    case 'answered':
      return answered(sight)
    case 'inside':
    case 'refused':
      return stay(state)
  }
}

type At<K extends LoginState['at']> = Extract<LoginState, { at: K }>

function looking(state: At<'looking'>, { prompt, waited, heard }: LoginSight, plan: LoginPlan): LoginStep {
  const { at: _, keys, ...torn } = state
  const press = (key: LoginKey, otherwise: LoginCause): LoginStep => {
    if (keys > 0 && waited < enterMs) return stay(state)
    if (keys >= mostKeys) return refuse(otherwise, prompt, false)
    return { state: { ...state, keys: keys + 1 }, key }
  }
  switch (prompt.kind) {
    case 'login':
      if (prompt.typed !== '') return press('clear', 'unknown-prompt')
      if (prompt.disturbed) return press('enter', 'unknown-prompt')
      return { state: { at: 'named', ...torn }, key: 'name' }
    case 'password':
      // Of somebody who went away, since the write lock is ours: login(1) begins anew at Ctrl-C, or at Ctrl-D.
      return prompt.asks === 'login'
        ? press(keys % 2 === 0 ? 'interrupt' : 'end', 'password-waits')
        : refuse('busy', prompt, false)
    case 'shell':
      if (plan.session === 'refuse') return refuse('logged-in', prompt, false)
      if (prompt.typed !== '') return refuse('busy', prompt, false)
      return prompt.disturbed ? press('enter', 'busy') : inside('found')
    case 'sulogin':
      return refuse('maintenance', prompt, false)
    case 'boot-loader':
    case 'firmware':
      return refuse('boot-loader', prompt, false)
    case 'appliance':
      return refuse('not-unix', prompt, false)
    case 'unknown':
      if (promptEnd.test(prompt.evidence) && keys > 0 && heard.trim() !== '') return atOddPrompt(prompt, plan)
      if (plan.somebody) return refuse('busy', prompt, false)
      return press('enter', prompt.evidence === '' ? 'silent' : 'unknown-prompt')
    default:
      return refuse('busy', prompt, false)
  }
}

function atOddPrompt(prompt: Prompt, { session }: LoginPlan): LoginStep {
  return session === 'refuse' ? refuse('logged-in', prompt, false) : inside('found')
}

function named(state: At<'named'>, sight: LoginSight, { user, hasPassword }: LoginPlan): LoginStep {
  const { prompt, heard, said, waited } = sight
  const { torn = 0 } = state
  if (prompt.kind === 'password' && isFresh(prompt, heard)) {
    if (wantsNew(prompt)) return refuse('password-expired', prompt, true)
    if (!isOurs(prompt, user)) return refuse('unknown-prompt', prompt, true)
    return hasPassword ? { state: { at: 'asked' }, key: 'probe' } : refuse('no-password', prompt, true)
  }
  if (prompt.kind === 'login' && prompt.typed === '' && isFresh(prompt, heard)) {
    const why = refusalIn(said)
    return refuse(why === undefined || why === 'wrong-password' ? 'refused-unasked' : why, prompt, false)
  }
  const isTorn = prompt.kind === 'unknown' && /:\s*$/.test(heard)
  if (isTorn && waited >= tornMs && torn < mostTorn)
    return { state: { at: 'looking', keys: 1, torn: torn + 1 }, key: 'interrupt' }
  return arrives(state, { prompt, waited })
}

function asked({ prompt, said, echo }: LoginSight, { user }: LoginPlan): LoginStep {
  // It timed out, or something else came up meanwhile.
  if (!isOurs(prompt, user)) return refuse(refusalIn(said) ?? 'no-answer', prompt, false)
  if (echo === undefined) return { state: { at: 'asked' }, key: 'probe' }
  if (echo === 'on') return refuse('echo-on', prompt, true)
  return { state: { at: 'answered' }, key: 'password' }
}

function answered({ prompt, heard, said, waited, echo }: LoginSight): LoginStep {
  if (echo === 'on') return refuse('echo-on', prompt, true)
  if (prompt.kind === 'password' && isFresh(prompt, heard)) {
    if (wantsNew(prompt) || refusalIn(said) === 'password-expired') {
      return refuse('password-expired', prompt, true)
    }
    return refuse(refusalIn(said) ?? 'wrong-password', prompt, true)
  }
  if (prompt.kind === 'login' && prompt.typed === '' && isFresh(prompt, heard)) {
    // A session that was opened says so, and then has ended at once.
    const opened = /^Last login:/m.test(heard)
    return refuse(refusalIn(said) ?? (opened ? 'no-shell' : 'wrong-password'), prompt, false)
  }
  return arrives({ at: 'answered' }, { prompt, waited })
}

/** A shell's prompt, or still nothing of the kind. */
function arrives(state: LoginState, { prompt, waited }: Pick<LoginSight, 'prompt' | 'waited'>): LoginStep {
  if (prompt.kind === 'shell' && prompt.typed === '') return inside('own')
  if (prompt.kind === 'unknown' && promptEnd.test(prompt.evidence) && waited >= oddPromptMs)
    return inside('own')
  if (waited < loginMs) return stay(state)
  return refuse(state.at === 'answered' ? 'no-shell' : 'no-answer', prompt, true)
}

/** A message that was printed into our name leaves only its beginning in the line of the login prompt. */
function isOurs(prompt: Prompt, user: string): boolean {
  return prompt.kind === 'password' && (prompt.user === null || user.startsWith(prompt.user))
}

/** It was printed since the last key, and is no answer to an earlier one. */
function isFresh({ evidence }: Prompt, heard: string): boolean {
  return heard.includes(evidence.slice(-6))
}

/** login(1) wants a new password, or first the old one once more. */
function wantsNew({ evidence }: Prompt): boolean {
  return /\b(?:new|current|old|retype|again)\b/i.test(evidence)
}

function stay(state: LoginState): LoginStep {
  return { state, key: 'none' }
}

function inside(session: 'own' | 'found'): LoginStep {
  return { state: { at: 'inside', session }, key: 'none' }
}

function refuse(cause: LoginCause, prompt: Prompt, open: boolean): LoginStep {
  return { state: { at: 'refused', cause, prompt, open }, key: 'none' }
}
