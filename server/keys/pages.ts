import { AppError } from '../base/errors.ts'
import type { EffectiveQuery } from '../contract/keys.ts'
import type { KeySource, KeySourceRepository } from '../store/key-sources.ts'
import type { KeyPosition, StoredKey } from '../store/keys.ts'
import { readSourceCursor, sourceCursor } from './cursors.ts'
import { type Claim, claimsOf } from './effective.ts'

export interface ClaimPage {
  /** Every claim to each key of the page, in order. */
  claims: Claim[]
  next: string | null
}

interface Wanted {
  projectId: string
  /** All sources of the project, in order. */
  from: readonly KeySource[]
  query: EffectiveQuery
}

/**
 * The keys of one page. It reads as many as the page has, however many there are: source after source, and then the other claims
 * to the same keys. A key whose first claim stands elsewhere is left out here and shown there.
 */
export async function pageOfClaims(
  rows: KeySourceRepository,
  { projectId, from, query }: Wanted,
): Promise<ClaimPage> {
  const { limit } = query
  const found = await take(rows, { from: fromCursor(from, query.cursor), limit: limit + 1 })
  const page = claimsOf(found, from).slice(0, limit)
  const same = await rows.keysOf(projectId, [...new Set(page.map(({ key }) => key.sha256))])
  const claims = claimsOf(same, from)
  const firsts = new Map(claims.map(({ key }): [string, string] => [key.sha256, key.id]).reverse())
  const here = new Set(
    page.filter(({ key }) => firsts.get(key.sha256) === key.id).map(({ key }) => key.sha256),
  )
  const last = page.at(-1)
  return {
    claims: claims.filter(({ key }) => here.has(key.sha256)),
    next:
      found.length > limit && last !== undefined
        ? sourceCursor({ sourceId: last.source.id, createdAt: last.key.createdAt, id: last.key.id })
        : null,
  }
}

interface Rest {
  sources: readonly KeySource[]
  /** Where to go on in the first of them. */
  after: KeyPosition | undefined
}

function fromCursor(sources: readonly KeySource[], cursor: string | undefined): Rest {
  const position = readSourceCursor(cursor)
  if (position === undefined) return { sources, after: undefined }
  const at = sources.findIndex(({ id }) => id === position.sourceId)
  if (at >= 0) return { sources: sources.slice(at), after: position }
  const message =
    'Who may log in has changed meanwhile: the keys after which this page begins are gone. Begin anew.'
  throw new AppError('bad-request', message, { mistakes: [{ path: ['cursor'], message }] })
}

/** The first `limit` keys, in three reads: of the source that was begun, of those that are needed whole, and of the one that is not. */
async function take(
  rows: KeySourceRepository,
  { from: { sources, after }, limit }: { from: Rest; limit: number },
): Promise<StoredKey[]> {
  const [begun, ...rest] = sources
  if (begun === undefined) return []
  const keys = await rows.keysIn([begun], { after, limit })
  const { whole, partly } = needed(rest, limit - keys.length)
  if (whole.length > 0) keys.push(...(await rows.keysIn(whole, { limit: limit - keys.length })))
  if (partly !== undefined) keys.push(...(await rows.keysIn([partly], { limit: limit - keys.length })))
  return keys
}

function needed(
  sources: readonly KeySource[],
  count: number,
): { whole: KeySource[]; partly: KeySource | undefined } {
  let left = count
  const whole: KeySource[] = []
  for (const source of sources) {
    if (left <= 0) return { whole, partly: undefined }
    if (source.count > left) return { whole, partly: source }
    whole.push(source)
    left -= source.count
  }
  return { whole, partly: undefined }
}
