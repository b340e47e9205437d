import { z } from 'zod'
import { id, reason, timestamp } from './common.ts'
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

export const restarts = ['power', 'sysrq', 'person'] as const
const restart = z.enum(restarts)

/** The way back to a working root login when nobody has the password: the last one of a device since the gateway started. */
export const recovery = z.object({
  id,
  /** The job on the console that does it; null while it waits for approval, and when it never began. */
  jobId: id.nullable(),
  /** Who ordered it. */
  by: z.string(),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  /** `waiting`: for a second person. `lapsed`: nobody approved it in time, or who ordered it lost the right to. */
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled', 'refused', 'lapsed']),
  restart,
  rehearsal: z.boolean(),
  /** Of the machine's SSH server, as was said for the push of keys; 22 where nothing was. */
  sshPort: port,
  /** Whether keys are pushed afterwards. */
  keys: z.boolean(),
  /** A second person's say, where the project demanded it when this was ordered; null where it did not. */
  approval: z
    .object({
      /** Nobody can approve it afterwards. */
      until: timestamp,
      /** Who approved or refused it, and what they said; null where nobody did. */
      by: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
  /** While it waits: the project's members who may approve it. Instance admins may, too. */
  approvers: z.array(z.string()),
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
  /** What the caller may do while it waits: give their say, or take it back. */
  may: z.object({ approve: z.boolean(), withdraw: z.boolean() }),
})
export type Recovery = z.infer<typeof recovery>

export const recoveryRequest = z.object({
  /** The device's name, typed by who asks: the machine is restarted. */
  confirm: z.string().max(100),
  /** By its power control, by SysRq over its line, or by a person who restarts it within 15 minutes. */
  restart: restart.default('power'),
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

/** A second person's say. */
export const recoveryApproval = z.object({
  /** Which one: another that was ordered meanwhile is not approved with it. */
  recovery: id,
  verdict: z.enum(['approve', 'refuse']),
  /** The device's name, typed by who answers. */
  confirm: z.string().max(100),
  /** Shown with the recovery, and kept in the audit. */
  reason: reason.optional(),
})
