import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Repositories, RunChange } from './change.ts'
import type { SignInLimiter } from './limiter.ts'
import type { Passwords } from './passwords.ts'
import type { Refusals } from './refusals.ts'

export interface AccessSettings {
  /** E-mail of the first admin. */
  adminEmail: string
  session: {
    /** A session ends when nothing was asked with it for so long. */
    idleMinutes: number
    /** A session ends so long after signing in, whatever happens with it. */
    lifetimeHours: number
  }
}

/** What the parts of access share. */
export interface Context {
  clock: Clock
  log: Log
  settings: AccessSettings
  /** For reading outside a change. */
  read: Repositories
  change: RunChange
  passwords: Passwords
  limiter: SignInLimiter
  refusals: Refusals
}
