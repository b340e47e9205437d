import type { AuditAction, AuditEntry } from '../../../server/contract/audit.ts'

/** What was done, as the list says it after the actor: `Ada — signed in`. */
export const actionWords: Record<AuditAction, string> = {
  'gateway.started': 'Gateway started',
  'gateway.stopped': 'Gateway stopped',
  'master-key.rotated': 'Exchanged the master key',
  'session.signed-in': 'Signed in',
  'session.refused': 'Sign-in refused',
  'session.signed-out': 'Signed out',
  'session.ended-all': 'Signed out everywhere',
  'password.changed': 'Changed password',
  'password.reset': 'Reset a password',
  'token.created': 'Created a token',
  'token.revoked': 'Revoked a token',
  'user.created': 'Added a user',
  'user.changed': 'Changed a user',
  'user.deleted': 'Deleted a user',
  'project.created': 'Created a project',
  'project.changed': 'Changed a project',
  'project.deleted': 'Deleted a project',
  'member.set': 'Set a member',
  'member.removed': 'Removed a member',
  'key.added': 'Added a key',
  'key.changed': 'Changed a key',
  'key.deleted': 'Deleted a key',
  'key.import-previewed': 'Looked at keys to import',
  'device.keys-chosen': 'Chose keys of a device',
  'push.ordered': 'Ordered a push of keys',
  'push.agent-attached': 'Attached an ssh agent to a push',
  'push.cancelled': 'Stopped a push of keys',
  'device.keys-pushed': 'Pushed keys',
  'device.created': 'Added a device',
  'device.changed': 'Changed a device',
  'device.deleted': 'Deleted a device',
  'device.tested': 'Tested a connection',
  'device.reconnected': 'Reconnected a line',
  'device.host-key-accepted': 'Accepted a host key',
  'console.attached': 'Attached',
  'console.detached': 'Detached',
  'console.lock': 'Write lock',
  'console.break': 'Sent a break',
  'console.sysrq': 'Sent a SysRq',
  'console.line': 'Line changed',
  'console.pasted': 'Pasted',
  'console.file-sent': 'Sent a file',
  'console.login-checked': 'Checked a login',
  'recovery.ordered': 'Ordered a recovery',
  'recovery.ended': 'Ended a recovery',
  'recovery.approved': 'Approved a recovery',
  'recovery.refused': 'Refused a recovery',
  'recovery.withdrawn': 'Withdrew a recovery',
  'recovery.lapsed': 'Recovery lapsed unapproved',
  'console.root-password-changed': 'Set a new root password',
  'root-password.ordered': 'Ordered a new root password over SSH',
  'root-password.agent-attached': 'Attached an ssh agent to a new root password',
  'root-password.ended': 'Ended a new root password over SSH',
  'console.keys-typed': 'Pushed keys on the console',
  'console.login': 'Somebody logged in on the line',
  'console.logout': 'Logged out on the line',
  'console.size-set': 'Set the size at the shell',
  'vault.sealed': 'Kept a root password',
  'vault.revealed': 'Revealed a root password',
  'vault.used': 'Had a root password used',
  'vault.destroyed': 'Root password destroyed',
  'provision.marked': 'Marked to be provisioned',
  'provision.revoked': 'Revoked a provisioning',
  'provision.expired': 'Provisioning ran out',
  'provision.fetched': 'Machine asked for its first boot',
  'provision.finished': 'Machine provisioned',
  'host-keys.kept': 'Host keys kept',
  'host-keys.mismatch': 'Host keys contradict each other',
  'host-keys.forgotten': 'Forgot host keys',
  'history.read': 'Read history',
  'history.searched': 'Searched history',
  'history.downloaded': 'Downloaded history',
  'power.configured': 'Set up power control',
  'power.removed': 'Removed power control',
  'power.certificate-accepted': 'Accepted a BMC’s certificate',
  'power.ordered': 'Ordered power',
  'power.ended': 'Power order ended',
  'audit.broken': 'Audit chain broken',
  'audit.missed': 'Audit entries missed',
}

const lockWords: Record<string, string> = {
  taken: 'Took the write lock',
  asked: 'Asked for the write lock',
  granted: 'Granted the write lock',
  'auto-granted': 'Write lock passed on',
  declined: 'Declined the write lock',
  released: 'Released the write lock',
  idle: 'Write lock freed: idle',
  forced: 'Forced the write lock',
  detached: 'Write lock freed: left',
}
const lineWords: Record<string, string> = {
  online: 'Line connected',
  connecting: 'Line connecting',
  waiting: 'Line down',
  disabled: 'Line disabled',
}

const logoutWords: Record<string, string> = {
  'on-detach': 'Logged out on the line by itself',
  'left-open': 'Left a shell open',
}

/** What an entry says, with what its detail makes of it. */
export function entryWords({ action, detail }: AuditEntry): string {
  if (action === 'console.lock') return lockWords[String(detail.event)] ?? actionWords[action]
  if (action === 'console.sysrq') return `Sent SysRq ${detail.key}`
  if (action === 'console.line') return lineWords[String(detail.state)] ?? actionWords[action]
  if (action === 'console.logout') {
    if (detail.how === 'on-detach' && detail.done === false) return 'Not logged out on the line'
    return logoutWords[String(detail.how)] ?? actionWords[action]
  }
  return actionWords[action]
}

/** Told by the words already, or an identifier that nobody knows. */
const untold: ReadonlySet<string> = new Set(['viewer'])

/** Details as `name: value`, those without a value left out. */
export function detailWords(detail: AuditEntry['detail']): string {
  return Object.entries(detail)
    .filter(([name, value]) => value !== null && value !== '' && !untold.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ')
}

const alarms: ReadonlySet<AuditAction> = new Set(['session.refused', 'audit.broken', 'audit.missed'])
const removals: ReadonlySet<AuditAction> = new Set([
  'user.deleted',
  'project.deleted',
  'device.deleted',
  'key.deleted',
  'member.removed',
])

/** What deserves a second look. */
export function isNotable({ action, detail }: AuditEntry): boolean {
  return (
    alarms.has(action) ||
    removals.has(action) ||
    detail.event === 'forced' ||
    action === 'device.host-key-accepted' ||
    action === 'power.certificate-accepted'
  )
}
