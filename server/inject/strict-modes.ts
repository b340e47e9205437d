import type { FileReport } from './program/report.ts'

/** A path for whose owner or mode sshd ignores a file of keys. */
export interface Offence {
  path: string
  why: 'writable' | 'owner'
  /** Whether it is the file or its own folder, whose mode may be put right; a home folder is the account's own business. */
  ours: boolean
}

/**
 * What StrictModes objects to (safe_path of OpenSSH): file and folders up to the home folder, or to the root where it is elsewhere, must
 * belong to the account or to root and be writable by nobody else.
 */
export function offences(file: FileReport, account: { uid: number; home: string }): Offence[] {
  const paths = pathsAbove(file.resolved)
  const last = paths.indexOf(account.home)
  return paths.slice(0, last < 0 ? paths.length : last + 1).flatMap((path, index): Offence[] => {
    const mode = file.modes[index]
    if (mode === undefined) return []
    // A link may lead the file to anywhere: a folder like /tmp is nobody's to put right.
    const ours = index === 0 || (index === 1 && path.startsWith(`${account.home}/`))
    if (mode.uid !== 0 && mode.uid !== account.uid) return [{ path, why: 'owner', ours }]
    return /^.....w|^........w/.test(mode.text) ? [{ path, why: 'writable', ours }] : []
  })
}

/** The path itself first, the root last: the order in which the program reports modes. */
function pathsAbove(path: string): string[] {
  const paths = [path]
  for (let at = path; at !== '/'; ) {
    at = at.slice(0, Math.max(0, at.lastIndexOf('/'))) || '/'
    paths.push(at)
  }
  return paths
}
