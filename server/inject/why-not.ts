import type { FileReport } from './program/report.ts'
import type { Offence } from './strict-modes.ts'

interface Owner {
  name: string
  uid: number
  home: string
  runsAs: number
  /** The file is this account's alone. */
  owns: boolean
}

/** Why no key is written there, with the cure; nothing when one can be. */
export function whyNotThere(
  file: FileReport,
  owner: Owner,
  offending: readonly Offence[],
): string | undefined {
  return whyNotAsUser(owner) ?? whyNotInto(file) ?? whyIgnored(offending, owner)
}

function whyNotAsUser({ name, uid, runsAs }: Owner): string | undefined {
  if (runsAs === 0 || runsAs === uid) return undefined
  return `The login on the device is another account than ${name}. Log in as ${name} or as root.`
}

function whyNotInto({ kind, readable, attributes, ...file }: FileReport): string | undefined {
  const path = shown(file.path)
  if (kind === 'folder') return `${path} is a folder on the device, not a file of keys. Move it away first.`
  if (kind === 'special')
    return `${path} is a pipe, a socket or a device, not a file of keys. Move it away first.`
  if (kind === 'dangling')
    return `${path} is a link to a file that is not there. Restore the file, or remove the link.`
  if (!readable)
    return `${path} may not be read by this login. Log in as root, or give the file back to its account.`
  if (attributes.includes('i')) {
    return `${path} is immutable: somebody protected it. If a key is to be added all the same, first: chattr -i ${path}`
  }
  return undefined
}

/** Never success for a file that sshd ignores, and never a change to what is not of this account alone. */
function whyIgnored(offending: readonly Offence[], { name, owns }: Owner): string | undefined {
  const others = offending.find(({ ours, why }) => !ours || why === 'owner' || !owns)
  return others === undefined ? undefined : ignored(others, name)
}

/** What sshd objects to, and how to put it right by hand. */
export function ignored(others: Offence, name: string): string {
  const path = shown(others.path)
  return others.why === 'owner'
    ? `sshd ignores this file, because ${path} belongs to another account. On the device: chown ${name} ${path}`
    : `sshd ignores this file, because others may write to ${path}. On the device: chmod go-w ${path}`
}

/** A path of the device, fit to show to a person and to type: its bytes could be anything. */
function shown(path: string): string {
  const text = Buffer.from(path, 'latin1')
    .toString()
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
