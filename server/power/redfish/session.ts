import { setTimeout } from 'node:timers/promises'
import type { Secret } from '../../base/secret.ts'
import { abortedCause } from '../../console/causes.ts'
import { LinkError } from '../../console/transport.ts'
import { type Answered, exchange } from './exchange.ts'
import { field, link, pathOnly, refusal } from './said.ts'
import type { TlsTarget } from './tls.ts'

/** Signed in to a Redfish service. Answers below 400 are given, all others are thrown as LinkError. */
export interface Session {
  readonly name: string
  readonly root: unknown
  get(path: string, undone: string): Promise<Answered>
  send(method: 'POST' | 'PATCH', path: string, sent: Sent): Promise<Answered>
  /** Rejects as soon as it is all to end. */
  pause(ms: number): Promise<void>
}

export interface Sent {
  body: unknown
  undone: string
  headers?: Record<string, string>
}

export interface Account {
  username: string
  password: Secret
}

/** Every service has its root here (DSP0266 section 6.1); no credentials are asked for it. */
const rootPath = '/redfish/v1/'
const mostSignOutMs = 3000

/** Works as an account: signs in (DSP0266 section 13.3.2), and out again whatever happens, since a BMC has few sessions. */
export async function inSession<T>(
  target: TlsTarget,
  account: Account,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { name } = target
  const root = succeed(await exchange(target, { method: 'GET', path: rootPath }), name, 'show its root').body
  const sessions = link(field(field(root, 'Links'), 'Sessions'))
  const signed = sessions === undefined ? basic(account) : await signIn(target, sessions, account)
  const ask = async (
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    { undone, headers, body }: Partial<Sent> & { undone: string },
  ) => {
    const answer = await exchange(target, { method, path, headers: { ...signed.headers, ...headers }, body })
    return succeed(answer, name, undone)
  }
  try {
    return await work({
      name,
      root,
      get: (path, undone) => ask('GET', path, { undone }),
      send: (method, path, sent) => ask(method, path, sent),
      pause: (ms) => pause(ms, target),
    })
  } finally {
    await signOut(target, signed)
  }
}

async function pause(ms: number, { name, signal }: TlsTarget): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {
    throw new LinkError(abortedCause(name))
  })
}

interface Signed {
  headers: Record<string, string>
  /** Where the session is ended; undefined where there is none. */
  session: string | undefined
}

async function signIn(target: TlsTarget, path: string, { username, password }: Account): Promise<Signed> {
  const body = { UserName: username, Password: password.reveal() }
  const answer = await exchange(target, { method: 'POST', path, body })
  succeed(answer, target.name, 'sign in')
  const token = answer.headers['x-auth-token']
  if (typeof token !== 'string' || token === '') {
    throw new LinkError({ code: 'protocol', message: `${target.name} signed us in without a token.` })
  }
  return { headers: { 'x-auth-token': token }, session: pathOf(answer.headers.location) ?? link(answer.body) }
}

/** A service without sessions takes the password with each request (DSP0266 section 13.3.1). */
function basic({ username, password }: Account): Signed {
  const text = Buffer.from(`${username}:${password.reveal()}`).toString('base64')
  return { headers: { authorization: `Basic ${text}` }, session: undefined }
}

async function signOut(target: TlsTarget, { headers, session }: Signed): Promise<void> {
  if (session === undefined) return
  // Also after a time-out, whose signal would end this too.
  const signal = AbortSignal.timeout(mostSignOutMs)
  await exchange({ ...target, signal }, { method: 'DELETE', path: session, headers }).catch(() => undefined)
}

function succeed(answer: Answered, name: string, undone: string): Answered {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw refusal(answer, name, undone)
}

/** `Location` may be a whole address; only its path counts, for secrets go nowhere else. */
export function pathOf(location: string | undefined): string | undefined {
  const parsed = location === undefined ? null : URL.parse(location, 'https://service')
  return parsed === null ? undefined : pathOnly(parsed.pathname + parsed.search)
}
