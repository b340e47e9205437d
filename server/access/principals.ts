import type { Secret } from '../base/secret.ts'
import type { SessionsTable, TokensTable } from '../store/schema.ts'
import type { Principal } from './can.ts'
import type { Context } from './context.ts'
import { hashOf } from './credentials.ts'
import { isLive } from './sessions.ts'

export interface Principals {
  authenticateSession(cookie: Secret, address: string | null): Promise<Principal | undefined>
  authenticateToken(bearer: Secret, address: string | null): Promise<Principal | undefined>
  /**
   * The same principal as it stands now; undefined when its session, token or user is gone, disabled or expired.
   * @param activity `active` when the person did something since the last call: it keeps the session from idling out.
   */
  renew(principal: Principal, activity: 'active' | 'quiet'): Promise<Principal | undefined>
}

/** When a session or token was last used is told to the minute, so that not every request writes. */
const touchEveryMs = 60_000

export function createPrincipals(context: Context): Principals {
  const { sessions, tokens } = context.read
  return {
    async authenticateSession(cookie, address) {
      const session = await sessions.find({ hash: hashOf(cookie) })
      return ofSession(context, session, { address, active: true })
    },

    async authenticateToken(bearer, address) {
      const token = await tokens.find({ hash: hashOf(bearer) })
      return ofToken(context, token, { address, active: true })
    },

    async renew({ via, address }, activity) {
      const use = { address, active: activity === 'active' }
      if (via.kind === 'session') return ofSession(context, await sessions.find({ id: via.id }), use)
      return ofToken(context, await tokens.find({ id: via.id }), use)
    },
  }
}

interface Use {
  address: string | null
  active: boolean
}

async function ofSession(context: Context, session: SessionsTable | undefined, use: Use) {
  if (session === undefined || !isLive(session, context)) return undefined
  const principal = await principalOf(
    context,
    session.userId,
    { kind: 'session', id: session.id },
    use.address,
  )
  if (principal !== undefined && use.active) {
    await touch(context, session.lastSeenAt, (now) => context.read.sessions.touch(session.id, now))
  }
  return principal
}

async function ofToken(context: Context, token: TokensTable | undefined, use: Use) {
  if (token === undefined || token.expiresAt <= context.clock.now()) return undefined
  const principal = await principalOf(context, token.userId, { kind: 'token', id: token.id }, use.address)
  if (principal !== undefined && use.active) {
    await touch(context, token.lastUsedAt ?? 0, (now) => context.read.tokens.touch(token.id, now))
  }
  return principal
}

/** Undefined when the user is gone or disabled. */
export async function principalOf(
  { read }: Context,
  userId: string,
  via: Principal['via'],
  address: string | null,
): Promise<Principal | undefined> {
  const user = await read.users.find(userId)
  if (user === undefined || user.disabled) return undefined
  const { email, name, admin, mustChangePassword } = user
  const memberships = await read.members.ofUser(userId)
  return { userId, email, name, admin, mustChangePassword, via, memberships, address }
}

/** Whoever is in stays in on a full disk, when a console is needed most. */
async function touch({ clock, log }: Context, last: number, write: (now: number) => Promise<void>) {
  const now = clock.now()
  if (now - last < touchEveryMs) return
  await write(now).catch((error: unknown) => {
    log.warn({ error: String(error) }, 'when a session or token was last used could not be saved')
  })
}
