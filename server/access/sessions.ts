import { notFound } from '../base/errors.ts'
import type { Me, Session, User } from '../contract/access.ts'
import type { SessionsTable } from '../store/schema.ts'
import { actorOf } from './actor.ts'
import { demandOwnPassword, demandSession, type Principal } from './can.ts'
import type { Context } from './context.ts'

/** One's own sessions. Only a session may see or end them, not a token. */
export interface OwnSessions {
  me(principal: Principal): Me
  signOut(principal: Principal): Promise<void>
  sessions(principal: Principal): Promise<Session[]>
  endSession(principal: Principal, sessionId: string): Promise<void>
  /** Ends all sessions, this one too, and revokes all tokens of the caller. */
  signOutEverywhere(principal: Principal): Promise<void>
}

export function createOwnSessions(context: Context): OwnSessions {
  const { read, change } = context
  const end = (principal: Principal, sessionId: string, detail: { other?: boolean } = {}): Promise<void> =>
    change(async ({ sessions, record, revoke }) => {
      const session = await sessions.find({ id: sessionId })
      if (session?.userId !== principal.userId) throw notFound()
      await sessions.remove(sessionId)
      const by = actorOf(principal)
      await record({ action: 'session.signed-out', by, target: principal.email, detail })
      revoke(principal.userId)
    })
  return {
    me: ({ userId, ...principal }) => meOf({ id: userId, ...principal }),

    async signOut(principal) {
      demandSession(principal)
      await end(principal, principal.via.id)
    },

    async sessions(principal) {
      demandSession(principal)
      demandOwnPassword(principal)
      const rows = await read.sessions.ofUser(principal.userId)
      return rows
        .filter((row) => isLive(row, context))
        .map(({ hash: _hash, userId: _userId, ...row }) => ({ ...row, current: row.id === principal.via.id }))
    },

    async endSession(principal, sessionId) {
      demandSession(principal)
      demandOwnPassword(principal)
      await end(principal, sessionId, sessionId === principal.via.id ? {} : { other: true })
    },

    async signOutEverywhere(principal) {
      demandSession(principal)
      await change(async ({ sessions, tokens, record, revoke }) => {
        await sessions.removeOfUser(principal.userId)
        await tokens.removeOfUser(principal.userId)
        await record({ action: 'session.ended-all', by: actorOf(principal), target: principal.email })
        revoke(principal.userId)
      })
    },
  }
}

export function meOf({
  id,
  email,
  name,
  admin,
  mustChangePassword,
}: Omit<User, 'disabled' | 'createdAt'>): Me {
  return { id, email, name, admin, mustChangePassword }
}

/** Neither over its lifetime nor idle for too long. */
export function isLive(
  session: SessionsTable,
  { clock, settings }: Pick<Context, 'clock' | 'settings'>,
): boolean {
  const now = clock.now()
  return session.expiresAt > now && session.lastSeenAt + idleMs(settings) > now
}

export function idleMs({ session }: Context['settings']): number {
  return session.idleMinutes * 60_000
}
