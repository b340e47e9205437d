/** Where to go after signing in: only an address of this very page, never another site's (`//other.example`, `/\other`). */
export function localPath(value: unknown): { to?: string } {
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value)) return {}
  return { to: value }
}
