import type { Clock } from '../base/clock.ts'
import { leftOf, lookAt } from '../base/lifetime.ts'
import type { Provisioning } from '../contract/provision.ts'
import type { ProvisionsTable } from '../store/schema.ts'

/** A provisioning as people see it: neither its token nor the hash. */
export function provisioningOf(row: ProvisionsTable, clock: Clock): Provisioning {
  const { id, hostname, createdAt, createdBy, fetchedAt, fetchedFrom } = row
  const left = row.endedAt === null ? leftOf(lookAt(row, clock)) : 0
  const over = row.endedAt === null && left === 0
  return {
    id,
    state: over ? 'expired' : (row.outcome ?? (fetchedAt === null ? 'waiting' : 'fetched')),
    hostname,
    createdAt,
    createdBy,
    expiresAt: row.endedAt === null ? clock.now() + left : createdAt + row.lifeMs,
    fetchedAt,
    fetchedFrom,
    endedAt: over ? clock.now() : row.endedAt,
  }
}
