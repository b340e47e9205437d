import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import type { Log } from '../base/log.ts'
import { Signal } from '../base/signal.ts'
import type { Store } from '../store/database.ts'
import { createRunChange, type Revocation, repositories } from './change.ts'
import type { AccessSettings, Context } from './context.ts'
import { SignInLimiter } from './limiter.ts'
import { createMembers, type Members } from './members.ts'
import { createOwnPassword, type OwnPassword } from './own-password.ts'
import { type Derive, Passwords, standardCost } from './passwords.ts'
import type { PasswordCost } from './phc.ts'
import { createPrincipals, type Principals } from './principals.ts'
import { createProjects, type Projects } from './projects.ts'
import { Refusals } from './refusals.ts'
import { createOwnSessions, type OwnSessions } from './sessions.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { startSweeping } from './sweeping.ts'
import { createOwnTokens, type OwnTokens } from './tokens.ts'
import { createUsers, type Users } from './users.ts'

/** Everything about who may come in. Functions are named as the routes of contract/routes.ts that they answer. */
export interface Access
  extends Closable,
    SignIn,
    Principals,
    OwnSessions,
    OwnPassword,
    OwnTokens,
    Users,
    Projects,
    Members {
  /** Live consoles of that user should renew their principal now: something that it rests on has changed. */
  readonly revocations: Signal<Revocation>
}

export interface AccessParts {
  store: Store
  audit: Pick<Audit, 'recordOrLog' | 'within'>
  clock: Clock
  log: Log
  settings: AccessSettings
  /** How passwords are hashed, when not as usual. */
  hashing?: { cost?: PasswordCost; derive?: Derive }
}

export async function createAccess(parts: AccessParts): Promise<Access> {
  const { store, audit, clock, log, settings, hashing = {} } = parts
  const revocations = new Signal<Revocation>()
  const context: Context = {
    clock,
    log,
    settings,
    read: repositories(store),
    change: createRunChange({ store, audit, revocations }),
    passwords: new Passwords({ cost: standardCost, ...hashing }),
    limiter: new SignInLimiter(clock),
    refusals: new Refusals({ audit, clock }),
  }
  await rememberPlaces(context)
  const sweeping = startSweeping(context)
  return {
    revocations,
    ...createSignIn(context),
    ...createPrincipals(context),
    ...createOwnSessions(context),
    ...createOwnPassword(context),
    ...createOwnTokens(context),
    ...createUsers(context),
    ...createProjects(context),
    ...createMembers(context),
    async close() {
      await sweeping.close()
      await context.refusals.close()
    },
  }
}

/** A restart must not make everybody a stranger at their usual place. */
async function rememberPlaces({ read, limiter }: Context): Promise<void> {
  for (const { email, address } of await read.sessions.places()) limiter.remember(email, address || null)
}
