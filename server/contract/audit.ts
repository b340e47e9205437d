import { z } from 'zod'
import { digits, timestamp } from './common.ts'

export const auditActions = [
  'gateway.started',
  'gateway.stopped',
  /** The gateway found the end of the audit not as it left it, and went on. */
  'audit.broken',
  /** So many entries could not be written; they are in the log. */
  'audit.missed',
  /** Everything sealed was put under another master key. */
  'master-key.rotated',
  'session.signed-in',
  'session.refused',
  'session.signed-out',
  'session.ended-all',
  'password.changed',
  'password.reset',
  'token.created',
  'token.revoked',
  'user.created',
  'user.changed',
  'user.deleted',
  'project.created',
  'project.changed',
  'project.deleted',
  'member.set',
  'member.removed',
  'key.added',
  'key.changed',
  'key.deleted',
  /** The gateway fetched keys from an address for somebody to look at. */
  'key.import-previewed',
  'device.keys-chosen',
  /** Somebody ordered a push to so many devices, or stopped it; how it ended on each of them. */
  'push.ordered',
  'push.cancelled',
  /** Whoever ordered it lets their ssh agent log in; with which key, where, is told by each device. */
  'push.agent-attached',
  'device.keys-pushed',
  'device.created',
  'device.changed',
  'device.deleted',
  'device.tested',
  'device.reconnected',
  'device.host-key-accepted',
  'console.attached',
  'console.detached',
  'console.lock',
  'console.break',
  'console.sysrq',
  'console.line',
  /** A paste or a file has ended: counts, path and outcome, never a byte of it. */
  'console.pasted',
  'console.file-sent',
  /** A login with a password was tried: whose, and how it ended. */
  'console.login-checked',
  /** A recovery was ordered; how it ended. */
  'recovery.ordered',
  'recovery.ended',
  /** What became of one that waited for a second person. */
  'recovery.approved',
  'recovery.refused',
  'recovery.withdrawn',
  'recovery.lapsed',
  /** A new root password was given over a console: how it ended. */
  'console.root-password-changed',
  /** The same over SSH: ordered, the ssh agent of who ordered it attached, and how it ended. */
  'root-password.ordered',
  'root-password.agent-attached',
  'root-password.ended',
  /** A push typed on a console has ended: how the login went. */
  'console.keys-typed',
  /** Somebody is logged in on the line: a shell prompt was seen. */
  'console.login',
  /** The login prompt is back, or the gateway tried to bring it back and did not. */
  'console.logout',
  'console.size-set',
  /** A root password was kept, shown to somebody (with the reason), or destroyed. */
  'vault.sealed',
  'vault.revealed',
  /** The gateway logged in with it for somebody who was not shown it. */
  'vault.used',
  'vault.destroyed',
  /** A device was marked to be provisioned, that was revoked or ran out, its machine asked for the first time, and phoned home. */
  'provision.marked',
  'provision.revoked',
  'provision.expired',
  'provision.fetched',
  'provision.finished',
  /** Host keys were heard at first boot and kept, contradict each other, or were forgotten. */
  'host-keys.kept',
  'host-keys.mismatch',
  'host-keys.forgotten',
  'history.read',
  'history.searched',
  'history.downloaded',
  'power.configured',
  'power.removed',
  'power.certificate-accepted',
  /** Somebody told a machine to switch on or off, to reset, and so on; how it came out. */
  'power.ordered',
  'power.ended',
] as const
export type AuditAction = (typeof auditActions)[number]

export const auditEntry = z.object({
  seq: z.number().int(),
  at: timestamp,
  action: z.enum(auditActions),
  /** Who: a user's id and e-mail at that time; null for the gateway itself or an unknown visitor. */
  actorId: z.string().nullable(),
  actor: z.string(),
  address: z.string().nullable(),
  projectId: z.string().nullable(),
  deviceId: z.string().nullable(),
  /** Name of the device, project or user acted on, as it was then. */
  target: z.string().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof auditEntry>

export const auditQuery = z.object({
  before: digits.pipe(z.number().int().positive()).optional(),
  deviceId: z.string().max(64).optional(),
  action: z.enum(auditActions).optional(),
})
