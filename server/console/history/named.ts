/**
 * Whoever holds a file open can go on writing to it when it has no name any more: what is written then is kept by nobody. Throws as opening
 * it would, with `ENOENT`.
 */
export function demandName({ nlink }: { nlink: number }): void {
  if (nlink > 0) return
  throw Object.assign(new Error('The file was removed while it was written.'), { code: 'ENOENT' })
}
