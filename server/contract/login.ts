import { z } from 'zod'
import { id, timestamp } from './common.ts'

/**
 * Whether somebody is logged in on the line, as far as the console's screen tells: a login prompt says nobody, a shell prompt says
 * somebody. `since` is when that was first seen.
 */
export const loginState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('unknown') }),
  z.object({ state: z.literal('nobody'), since: timestamp }),
  z.object({
    state: z.literal('somebody'),
    /** The name typed at the login prompt, or the one the prompt shows; null when neither was seen. */
    user: z.string().nullable(),
    /** Null when the prompt does not tell. */
    root: z.boolean().nullable(),
    since: timestamp,
    /** Who held the write lock when the shell opened; null when nobody did, or it was open before anybody looked. */
    openedBy: z.object({ id, name: z.string() }).nullable(),
    /** Why the gateway did not log out when the last writer left; null when it had no reason to try. */
    keptOpen: z.string().nullable(),
  }),
])
export type LoginState = z.infer<typeof loginState>
