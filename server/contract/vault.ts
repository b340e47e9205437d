import { z } from 'zod'
import { reason, timestamp } from './common.ts'
import { limits } from './limits.ts'

/** Where a root password came from: generated at first boot, told by a person who knows it, set over the console or over SSH, or by a recovery. */
const passwordSource = z.enum(['provision', 'person', 'change', 'ssh', 'recovery'])
export type PasswordSource = z.infer<typeof passwordSource>

/** A device's root password as anybody may know of it who sees the device: whether there is one, never what it is. */
export const rootPassword = z.object({
  /** `none`: Lifeline never kept one. `kept`: it can be revealed until `until`. `gone`: it was kept, and is destroyed. */
  state: z.enum(['none', 'kept', 'gone']),
  source: passwordSource.nullable(),
  /** When it was set, and by whom (an e-mail, or `gateway`). */
  setAt: timestamp.nullable(),
  setBy: z.string().nullable(),
  /** While it is kept: when it will be destroyed, by the gateway's clock as it is now. */
  until: timestamp.nullable(),
  /** While it is kept: what is left of its time, which no clock that is set back makes longer. */
  leftMs: z.number().int().nonnegative(),
  goneAt: timestamp.nullable(),
  /** `use`: have the gateway log in with it, without seeing it. */
  may: z.object({ reveal: z.boolean(), use: z.boolean(), set: z.boolean() }),
})
export type RootPassword = z.infer<typeof rootPassword>

/** Why somebody needs to see it: kept in the audit. */
export const revealRequest = z.object({ reason })
/** The one answer that holds a password. `leftMs`: how long it can be had again. */
export const revealedPassword = z.object({
  password: z.string(),
  until: timestamp,
  leftMs: z.number().int().nonnegative(),
})
export type RevealedPassword = z.infer<typeof revealedPassword>

/** "I know it, keep it": what was kept before is destroyed. */
export const keepPassword = z.object({
  password: z
    .string()
    .min(1, 'must not be empty')
    .max(limits.passwordMaxLength)
    .regex(/^[^\p{Cc}]+$/u, 'must not contain control characters'),
})

/** Root's password of now, as somebody types it. */
export const givenPassword = z.string().min(1, 'must not be empty').max(256)

/** A new one of root. Somebody has to type it on a console: ASCII, one of some signs left out for the gateway's own use. */
export const nextRootPassword = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(128)
  .regex(
    /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/,
    'must be letters, digits and signs of ASCII, no blank at its ends',
  )
  .refine(
    (text) => [...'~^@%`?,+!{}'].some((sign) => !text.includes(sign)),
    'must leave out one of ~ ^ @ % ` ? , + ! { }',
  )

/** Gives root a new password while there is a way in over the console, proves it there, and keeps it. */
export const changePassword = z.object({
  /** What opens the login prompt now: given, or what the vault keeps; or root's session that is open there, with its user's consent. */
  current: z.discriminatedUnion('from', [
    z.object({ from: z.literal('given'), password: givenPassword }),
    z.object({ from: z.literal('vault') }),
    z.object({ from: z.literal('session') }),
  ]),
  /** Generated where it is left out. */
  next: nextRootPassword.optional(),
})
