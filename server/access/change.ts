import type { Audit } from '../audit/audit.ts'
import type { Signal } from '../base/signal.ts'
import { inTransaction, type Store } from '../store/database.ts'
import { memberRepository } from '../store/members.ts'
import { projectRepository } from '../store/projects.ts'
import { sessionRepository } from '../store/sessions.ts'
import { tokenRepository } from '../store/tokens.ts'
import { userRepository } from '../store/users.ts'

export interface Revocation {
  userId: string
}

export function repositories(db: Store) {
  return {
    users: userRepository(db),
    sessions: sessionRepository(db),
    tokens: tokenRepository(db),
    projects: projectRepository(db),
    members: memberRepository(db),
  }
}

export type Repositories = ReturnType<typeof repositories>

/** A change under way: what it reads and writes, and what it records, happen together or not at all. */
export interface Change extends Repositories {
  record: Audit['record']
  /** Something that the principals of this user rest on changes: they are told when it has happened. */
  revoke(userId: string): void
}

export type RunChange = <T>(work: (change: Change) => Promise<T>) => Promise<T>

export function createRunChange(parts: {
  store: Store
  audit: Pick<Audit, 'within'>
  revocations: Signal<Revocation>
}): RunChange {
  return async (work) => {
    const revoked = new Set<string>()
    const result = await inTransaction(parts.store, (within) =>
      work({
        ...repositories(within),
        record: (act) => parts.audit.within(within).record(act),
        revoke: (userId) => revoked.add(userId),
      }),
    )
    for (const userId of revoked) parts.revocations.emit({ userId })
    return result
  }
}
