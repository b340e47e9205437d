import type { LoginState } from '../../contract/login.ts'
import { seenText } from '../plain-text.ts'
import type { Prompt } from '../prompts/prompt.ts'

/** Who is logged in on a line, with what the next step needs. */
export interface Login {
  shown: LoginState
  /** The name typed at the login prompt, until the shell opens. */
  name: string | null
  /** A login prompt was seen before this shell: an `exit` leads back to it, and is not the end of the machine's first process. */
  returns: boolean
}

export interface Moment {
  now: number
  /** Who holds the write lock. */
  writer: { id: string; name: string } | null
}

export const unknownLogin: Login = { shown: { state: 'unknown' }, name: null, returns: false }

/** The only way a login changes. Pure; gives the same object back when what was seen changes nothing. */
export function nextLogin(login: Login, seen: Prompt, moment: Moment): Login {
  switch (seen.kind) {
    case 'login':
      return nobody(login, { now: moment.now, name: null, returns: true })
    case 'sulogin':
      return nobody(login, { now: moment.now, name: 'root', returns: false })
    case 'password':
      if (seen.asks !== 'login' || seen.user === null) return login
      return nobody(login, { now: moment.now, name: seen.user, returns: true })
    case 'shell':
      if (seen.typed !== '') return login
      return somebody(viaLogin(login, seen.loggedInAs, moment.now), { ...seen, returns: !seen.first }, moment)
    case 'appliance':
      if (seen.typed !== '') return login
      return somebody(login, { user: null, root: seen.privileged, returns: true }, moment)
    case 'boot-loader':
    case 'firmware':
      return login.shown.state === 'unknown' ? login : unknownLogin
    default:
      return login
  }
}

/** Who logs in faster than the screen is looked at, as programs do, has left the login prompt on it. */
function viaLogin(login: Login, name: string | null, now: number): Login {
  if (name === null || login.shown.state !== 'unknown') return login
  return nobody(login, { now, name, returns: true })
}

/** The gateway wanted to log out and did not. */
export function keptOpen(login: Login, why: string): Login {
  if (login.shown.state !== 'somebody' || login.shown.keptOpen === why) return login
  return { ...login, shown: { ...login.shown, keptOpen: why } }
}

interface Waiting extends Pick<Login, 'name' | 'returns'> {
  now: number
}

function nobody(login: Login, { now, name: printed, returns }: Waiting): Login {
  // The device printed it, and it goes into pages and the audit.
  const name = printed === null ? null : seenText(printed) || null
  const { shown } = login
  const stays = shown.state === 'nobody'
  if (stays && login.name === name && login.returns === returns) return login
  return { shown: { state: 'nobody', since: stays ? shown.since : now }, name, returns }
}

interface Opened {
  user: string | null
  root: boolean | null
  returns: boolean
}

function somebody(login: Login, seen: Opened, { now, writer }: Moment): Login {
  const { shown } = login
  const user = seen.user ?? login.name ?? (shown.state === 'somebody' ? shown.user : null)
  const root = seen.root ?? (user === null ? null : user === 'root')
  if (shown.state === 'somebody' && shown.root === root) return login
  // One that stood open before anybody looked was opened by nobody that is known.
  const openedBy = shown.state === 'unknown' ? null : writer
  const returns = login.returns && seen.returns
  const named = shown.state === 'somebody' && seen.user === null && root ? 'root' : user
  return {
    shown: { state: 'somebody', user: named, root, since: now, openedBy, keptOpen: null },
    name: null,
    returns,
  }
}
