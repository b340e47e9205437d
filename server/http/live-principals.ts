import type { Access } from '../access/access.ts'
import type { Principal } from '../access/can.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import type { Log } from '../base/log.ts'

/** What is live ends at most this long after its right to be there has; a revocation that we are told of ends it at once. */
const sweepMs = 4000

/** Something that stays open for somebody: it is told how they stand now, or that their session or token has ended. */
export interface LivePrincipal {
  principal: Principal
  renewed(principal: Principal | undefined): void
}

export interface LivePrincipals extends Closable {
  /** `active` says that the person did something, which keeps their session; `remove` when it is closed. */
  add(live: LivePrincipal): { active(): void; remove(): void }
}

interface Entry extends LivePrincipal {
  active: boolean
}

/**
 * Everything whose rights must be renewed while it is open: at each revocation of its user, and every few seconds for what happens
 * without word (a session or token that expires).
 */
export function createLivePrincipals(options: { access: Access; clock: Clock; log: Log }): LivePrincipals {
  const { access, clock } = options
  const entries = new Set<Entry>()
  const check = (which: Iterable<Entry>): void => {
    renewAll([...which], access).catch((error: unknown) => {
      options.log.error({ error: String(error) }, 'the rights of what is live could not be renewed')
    })
  }
  const timer = clock.every(sweepMs, () => check(entries))
  const unlisten = access.revocations.listen(({ userId }) => {
    check([...entries].filter(({ principal }) => principal.userId === userId))
  })
  return {
    add({ principal, renewed }) {
      const entry: Entry = { principal, renewed, active: false }
      entries.add(entry)
      return {
        active: () => {
          entry.active = true
        },
        remove: () => entries.delete(entry),
      }
    },
    async close() {
      timer.cancel()
      unlisten()
    },
  }
}

/** One look at the database for each session or token, however much it has open. */
async function renewAll(entries: Entry[], access: Access): Promise<void> {
  const groups = Map.groupBy(entries, ({ principal }) => principal.via.id)
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const active = group.some((entry) => entry.active)
    const renewed = await access.renew(first.principal, active ? 'active' : 'quiet')
    for (const entry of group) {
      entry.active = false
      if (renewed !== undefined) entry.principal = renewed
      entry.renewed(renewed)
    }
  }
}
