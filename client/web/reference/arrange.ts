import type { OpenApi, Operation } from '../api/openapi.ts'

export interface Entry {
  id: string
  method: string
  path: string
  operation: Operation
}
export interface Chapter {
  name: string
  entries: Entry[]
}

/** The document's operations in chapters: by their tag, else by the first step of their path after /api. */
export function chapters({ paths }: OpenApi, search = ''): Chapter[] {
  const all = new Map<string, Entry[]>()
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const entry = { id: operation.operationId ?? `${method} ${path}`, method, path, operation }
      if (!matches(entry, search)) continue
      const name = operation.tags[0] ?? path.split('/')[2] ?? path
      all.set(name, [...(all.get(name) ?? []), entry])
    }
  }
  return [...all].map(([name, entries]) => ({ name, entries }))
}

function matches({ id, method, path, operation }: Entry, search: string): boolean {
  const text = [id, method, path, operation.summary, operation.description].join(' ').toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
