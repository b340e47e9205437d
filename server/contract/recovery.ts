import { z } from 'zod'
import { id, timestamp } from './common.ts'
import { keyFingerprint } from './keys.ts'
import { limits } from './limits.ts'
import { port } from './transports.ts'

/** The way of a recovery, in order. */
export const recoverySteps = ['restart', 'boot-loader', 'rescue', 'password', 'start', 'proof'] as const

const recoveryStep = z.object({
  step: z.enum(recoverySteps),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
})

/** The way back to a working root login when nobody has the password: the last one of a device since the gateway started. */
export const recovery = z.object({
  /** The job on the console that does it. */
  jobId: id,
  by: z.string(),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  rehearsal: z.boolean(),
  /** Those that were begun. */
  steps: z.array(recoveryStep),
  /** What it does now, or how it ended and what to do next; fit to show to a person. */
  message: z.string(),
  /** Why there was no going on; null when there was. */
  cause: z.string().nullable(),
  /** The last lines that stood on the screen. */
  screen: z.array(z.string()),
  /** The push of keys that was begun with the new password; null where there is none. */
  pushId: id.nullable(),
})
export type Recovery = z.infer<typeof recovery>

export const recoveryRequest = z.object({
  /** The device's name, typed by who asks: the machine is restarted. */
  confirm: z.string().max(100),
  /** By its power control, or by a person who restarts it within 15 minutes. */
  restart: z.enum(['power', 'person']).default('power'),
  /** Goes as far as the edited entry, checks that it could be booted, and starts the machine as it was. Nothing is changed on it. */
  rehearsal: z.boolean().default(false),
  /** Keys to push with the new password once it is proved. None by itself. */
  push: z
    .object({
      /** Fingerprints of some that the device hands out; all of them by itself. */
      keys: z.array(keyFingerprint).min(1).max(limits.pushKeys).optional(),
      /** Of the device's own SSH server, which is asked whether it takes them. */
      port: port.default(22),
    })
    .optional(),
})
