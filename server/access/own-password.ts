import { AppError } from '../base/errors.ts'
import type { Secret } from '../base/secret.ts'
import type { Me } from '../contract/access.ts'
import { limits } from '../contract/limits.ts'
import type { Account } from '../store/users.ts'
import { actorOf } from './actor.ts'
import { demandSession, type Principal } from './can.ts'
import type { Context } from './context.ts'
import { meOf } from './sessions.ts'

export interface OwnPassword {
  /**
   * Ends all other sessions. Tokens stay: what runs by itself need not stop for it.
   * @throws AppError `bad-request` naming the field that is wrong, `try-later`.
   */
  changePassword(principal: Principal, passwords: { current: Secret; next: Secret }): Promise<Me>
}

export function createOwnPassword(context: Context): OwnPassword {
  const { read, limiter, passwords } = context
  return {
    async changePassword(principal, { current, next }) {
      demandSession(principal)
      demandGoodPassword(principal, { current, next })
      // A stolen session is no licence to guess: the limits are those of signing in.
      const attempt = limiter.admit(principal.email, principal.address)
      const me = await attempt.settle(async (lane) => {
        const account = await read.users.account({ id: principal.userId })
        const check = await passwords.check(current, account?.passwordHash, lane)
        if (account === undefined || check === 'wrong') return undefined
        return save(context, principal, { account, newHash: await passwords.hash(next, lane) })
      })
      if (me === undefined) {
        throw mistake('current', 'The current password is not right, so nothing was changed. Type it again.')
      }
      return me
    },
  }
}

function save(
  { change }: Context,
  principal: Principal,
  { account, newHash }: { account: Account; newHash: string },
): Promise<Me> {
  return change(async ({ users, sessions, record, revoke }) => {
    const { user, passwordHash } = account
    const session = await sessions.find({ id: principal.via.id })
    const now = await users.account({ id: user.id })
    if (session === undefined || now?.passwordHash !== passwordHash) {
      throw new AppError(
        'sign-in-required',
        'Your password was reset or your session ended meanwhile. Sign in again.',
      )
    }
    await users.setPassword(user.id, { hash: newHash, mustChange: false })
    await sessions.removeOfUser(user.id, session.id)
    await record({ action: 'password.changed', by: actorOf(principal), target: user.email })
    revoke(user.id)
    return meOf({ ...now.user, mustChangePassword: false })
  })
}

/** Length is what makes a password strong (NIST SP 800-63B section 5.1.1.2); beyond it only what is certainly guessed is refused. */
function demandGoodPassword(
  principal: Principal,
  { current, next }: { current: Secret; next: Secret },
): void {
  const password = next.reveal()
  const lower = password.toLowerCase()
  if (password.length < limits.passwordMinLength) {
    throw mistake('next', `The new password must have at least ${limits.passwordMinLength} characters.`)
  }
  if (password === current.reveal()) {
    throw mistake('next', 'The new password is the current one. Choose another.')
  }
  if (lower === principal.email.toLowerCase() || lower === principal.name.toLowerCase()) {
    throw mistake('next', 'The new password is your name or e-mail, which is guessed first. Choose another.')
  }
  if (new Set(password).size < 5) {
    throw mistake(
      'next',
      'The new password repeats the same few characters. Choose one with at least five different ones.',
    )
  }
}

function mistake(field: 'current' | 'next', message: string): AppError {
  return new AppError('bad-request', message, { mistakes: [{ path: [field], message }] })
}
