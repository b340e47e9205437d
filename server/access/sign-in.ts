import { gatewayItself } from '../audit/entry.ts'
import { AppError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Secret } from '../base/secret.ts'
import type { Me } from '../contract/access.ts'
import type { Account } from '../store/users.ts'
import type { Change } from './change.ts'
import type { Context } from './context.ts'
import { hashOf, newCookie } from './credentials.ts'
import type { Attempt } from './limiter.ts'
import { type Check, generatePassword } from './passwords.ts'
import type { Refusal } from './refusals.ts'
import { meOf } from './sessions.ts'

export interface SignIn {
  /** Makes the first admin when there is no user at all. The password is nowhere else; it must be changed at first sign-in. */
  ensureFirstAdmin(): Promise<{ email: string; password: Secret } | null>
  /** @throws AppError `wrong-credentials`, the same whatever was wrong; `try-later` with `retryAfter`. */
  signIn(request: SignInRequest): Promise<SignedIn>
}

export interface SignInRequest {
  /** As contract `email` gives it: trimmed, lower case. */
  email: string
  password: Secret
  address: string | null
  userAgent: string
  /** The cookie that the new one takes the place of: its session ends, whoever's it was. */
  replaces?: Secret | undefined
}

export interface SignedIn {
  me: Me
  /** Value of the session cookie: letters, digits, `-` and `_`. */
  cookie: Secret
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** A browser that forgets its cookies leaves sessions behind; nobody has this many. */
const mostSessions = 50

export function createSignIn(context: Context): SignIn {
  return {
    ensureFirstAdmin: () => ensureFirstAdmin(context),

    async signIn(request) {
      const account = await context.read.users.account({ email: request.email })
      const attempt = await admit(context, request, account)
      const signedIn = await attempt.settle(async (lane) => {
        const check = await context.passwords.check(request.password, account?.passwordHash, lane)
        if (account !== undefined && !account.user.disabled && check !== 'wrong') {
          const newHash =
            check === 'outdated' ? await context.passwords.hash(request.password, lane) : undefined
          return enter(context, request, { account, newHash })
        }
        await context.refusals.add(refusalOf(request, account, check))
        return undefined
      })
      if (signedIn === undefined) throw wrongCredentials()
      return signedIn
    },
  }
}

async function ensureFirstAdmin({ read, passwords, change, settings, clock }: Context) {
  if (!(await read.users.isEmpty())) return null
  const password = generatePassword()
  const passwordHash = await passwords.hash(password, 'usual')
  const email = settings.adminEmail
  return change(async ({ users, record }) => {
    if (!(await users.isEmpty())) return null
    const flags = { admin: true, disabled: false, mustChangePassword: true }
    const user = { id: newId('usr'), email, name: 'Admin', ...flags, createdAt: clock.now() }
    await users.add({ user, passwordHash })
    await record({ action: 'user.created', by: gatewayItself, target: email, detail: { admin: true } })
    return { email, password }
  })
}

async function admit(
  { limiter, refusals }: Context,
  request: SignInRequest,
  account: Account | undefined,
): Promise<Attempt> {
  try {
    return limiter.admit(request.email, request.address)
  } catch (error) {
    await refusals.add({ ...refusalOf(request, account, 'wrong'), reason: 'too many failures' })
    throw error
  }
}

function refusalOf(request: SignInRequest, account: Account | undefined, check: Check): Refusal {
  const wrong = check === 'wrong' ? 'wrong password' : 'account is disabled'
  const reason = account === undefined ? 'no such account' : wrong
  return { email: request.email, address: request.address, accountExists: account !== undefined, reason }
}

/** Undefined when the account has changed since its password was looked at: it may have been reset because of this very visitor. */
function enter(
  { change, clock, settings }: Context,
  request: SignInRequest,
  { account, newHash }: { account: Account; newHash: string | undefined },
): Promise<SignedIn | undefined> {
  const now = clock.now()
  const cookie = newCookie()
  const expiresAt = now + settings.session.lifetimeHours * 3_600_000
  const { user } = account
  return change(async (within) => {
    const current = await within.users.account({ id: user.id })
    if (current?.passwordHash !== account.passwordHash || current.user.disabled) return undefined
    if (newHash !== undefined) {
      await within.users.setPassword(user.id, { hash: newHash, mustChange: user.mustChangePassword })
    }
    await endReplaced(within, request.replaces)
    await within.sessions.add({
      id: newId('ses'),
      hash: cookie.hash,
      userId: user.id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
      address: request.address ?? '',
      userAgent: request.userAgent,
    })
    await within.sessions.keepNewest(user.id, mostSessions)
    const by = { id: user.id, name: user.email, address: request.address }
    await within.record({ action: 'session.signed-in', by, target: user.email })
    return { me: meOf(user), cookie: cookie.secret, expiresAt }
  })
}

async function endReplaced({ sessions, revoke }: Change, cookie: Secret | undefined): Promise<void> {
  const old = cookie && (await sessions.find({ hash: hashOf(cookie) }))
  if (old === undefined) return
  await sessions.remove(old.id)
  revoke(old.userId)
}

function wrongCredentials(): AppError {
  return new AppError(
    'wrong-credentials',
    'This e-mail and password do not belong together. Check both; an instance admin can reset a forgotten password.',
  )
}
