import type { HostKey, HostKeys } from '../contract/provision.ts'
import type { HostKeysTable } from '../store/schema.ts'

export type Judged = Omit<HostKeys, 'may'>

/**
 * What is to be believed of what was heard. The console is out of band; the network is whoever has the address. They contradict each
 * other when of one type each names a key that the other does not, or when one of them names two.
 */
export function judge(heard: HostKeysTable[]): Judged {
  const keys = [...Map.groupBy(heard, ({ sha256 }) => sha256).values()].map(together)
  return { state: stateOf(keys), keys: keys.sort((a, b) => (a.type < b.type ? -1 : 1)) }
}

function together(rows: HostKeysTable[]): HostKey {
  const [first] = rows
  const said = (source: string): boolean => rows.some((row) => row.source === source)
  return {
    type: first?.type ?? '',
    sha256: first?.sha256 ?? '',
    line: rows.find(({ line }) => line !== null)?.line ?? null,
    sources: (['console', 'phone-home'] as const).filter(said),
    verified: said('console'),
    seenAt: Math.max(...rows.map(({ seenAt }) => seenAt)),
  }
}

function stateOf(keys: HostKey[]): Judged['state'] {
  if (keys.length === 0) return 'none'
  const types = Map.groupBy(keys, ({ type }) => type)
  if ([...types.values()].some((ofType) => ofType.length > 1)) return 'mismatch'
  if (keys.some(({ sources }) => sources.length === 2)) return 'agree'
  const said = new Set(keys.flatMap(({ sources }) => sources))
  // Of different types only: neither says anything about the other.
  return said.has('console') ? 'console' : 'unverified'
}
