import type { KeyPosition } from '../store/keys.ts'

/** Where a page of keys ends, as text that the next request sends back: contract/keys.ts checks its form. */
export function keyCursor(last: KeyPosition | undefined): string | null {
  return last === undefined ? null : `${last.createdAt}.${last.id}`
}

export function readKeyCursor(cursor: string | undefined): KeyPosition | undefined {
  const [createdAt, id] = cursor?.split('.') ?? []
  return id === undefined ? undefined : { createdAt: Number(createdAt), id }
}

/** The same where keys come from several sources: which one it was in. */
export interface SourcePosition extends KeyPosition {
  sourceId: string
}

export function sourceCursor({ sourceId, createdAt, id }: SourcePosition): string {
  return `${sourceId}.${createdAt}.${id}`
}

export function readSourceCursor(cursor: string | undefined): SourcePosition | undefined {
  const [sourceId, createdAt, id] = cursor?.split('.') ?? []
  return sourceId === undefined || id === undefined
    ? undefined
    : { sourceId, createdAt: Number(createdAt), id }
}
