import { z } from 'zod'
import { email, id, label, newPassword, timestamp } from './common.ts'
import { limits } from './limits.ts'

export const role = z.enum(['owner', 'collaborator', 'watcher'])
export type Role = z.infer<typeof role>

/** What a principal may be asked to be allowed. Read by people: `console.write` is the right to hold the write lock. */
export const actions = [
  'device.view',
  'device.create',
  'device.edit',
  'device.delete',
  'device.reconnect',
  'device.secrets',
  'device.provision',
  'password.reveal',
  'password.use',
  'password.set',
  'device.power',
  'console.watch',
  'console.write',
  'console.break',
  'console.force',
  'device.push',
  'key.view',
  'key.add',
  'key.edit',
  'key.delete',
  'key.select',
  'project.view',
  'project.edit',
  'project.delete',
  'project.members',
  'project.create',
  'users.manage',
  'audit.read',
] as const
export type Action = (typeof actions)[number]

export const signIn = z.object({ email, password: z.string().min(1).max(1024) })
export const me = z.object({
  id,
  email: z.string(),
  name: z.string(),
  admin: z.boolean(),
  mustChangePassword: z.boolean(),
})
export type Me = z.infer<typeof me>

export const changePassword = z.object({ current: z.string().min(1).max(1024), next: newPassword })

export const session = z.object({
  id,
  createdAt: timestamp,
  lastSeenAt: timestamp,
  expiresAt: timestamp,
  address: z.string(),
  userAgent: z.string(),
  current: z.boolean(),
})
export type Session = z.infer<typeof session>

export const newToken = z.object({
  name: label,
  /** Days from now. A token that never ends is not offered. */
  expiresInDays: z.number().int().min(1).max(366),
})
export const token = z.object({
  id,
  name: z.string(),
  createdAt: timestamp,
  expiresAt: timestamp,
  lastUsedAt: timestamp.nullable(),
})
export type Token = z.infer<typeof token>
/** `secret` is shown in this one answer and kept only as a hash. */
export const createdToken = token.extend({ secret: z.string() })

export const newUser = z.object({ email, name: label, admin: z.boolean().default(false) })
export const editUser = z.object({ name: label, admin: z.boolean(), disabled: z.boolean() }).partial()
export const user = z.object({
  id,
  email: z.string(),
  name: z.string(),
  admin: z.boolean(),
  disabled: z.boolean(),
  mustChangePassword: z.boolean(),
  createdAt: timestamp,
})
export type User = z.infer<typeof user>
/** A first or reset password, generated, shown in this one answer; it must be changed at the first sign-in. */
export const userWithPassword = z.object({ user, password: z.string() })

const passwordHours = z.number().int().min(1).max(limits.passwordHoursMax)
export const projectInput = z.object({
  name: label,
  /**
   * For how many hours a root password of its devices can be revealed from when it was set; 24 when it is created without. Fewer hours
   * hold for passwords that are kept already, too; more do not.
   */
  passwordHours: passwordHours.optional(),
  /**
   * Whether a recovery of its devices waits until a second person approves it; not when it is created without. Switched off, it holds for
   * another day.
   */
  recoveryApproval: z.boolean().optional(),
})
export type ProjectInput = z.infer<typeof projectInput>
export const project = z.object({
  id,
  name: z.string(),
  createdAt: timestamp,
  passwordHours,
  /** Whether a recovery needs a second person's approval. */
  recoveryApproval: z.boolean(),
  /** Where that was switched off a short time ago: until when it is needed all the same. */
  recoveryApprovalUntil: timestamp.nullable(),
  /** What the caller is in this project; null for an instance admin who is no member. */
  role: role.nullable(),
  devices: z.number().int(),
  /** What the caller may do in it, so that the page shows no button that would be refused. */
  may: z.object({ addDevices: z.boolean() }),
})
export type Project = z.infer<typeof project>
export const member = z.object({ userId: id, email: z.string(), name: z.string(), role })
export type Member = z.infer<typeof member>
/** By e-mail, since who may manage a project need not see the list of users. */
export const memberInput = z.object({ email, role })
