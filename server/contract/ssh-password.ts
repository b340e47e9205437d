import { z } from 'zod'
import { id, timestamp } from './common.ts'
import { keyFingerprint } from './keys.ts'
import { cause } from './line.ts'
import { pushAgent } from './pushes.ts'
import { port } from './transports.ts'
import { givenPassword, nextRootPassword } from './vault.ts'

/** Gives root a new password over SSH, where a key or the password still logs in as root. */
export const sshPasswordRequest = z.object({
  /** What logs in: the caller's ssh agent, which they attach (it is waited for, five minutes at most), or root's password of now. */
  login: z.discriminatedUnion('from', [
    z.object({ from: z.literal('agent') }),
    z.object({ from: z.literal('given'), password: givenPassword }),
    z.object({ from: z.literal('vault') }),
  ]),
  /** Generated where it is left out. */
  next: nextRootPassword.optional(),
  /** Of the device's SSH server. */
  port: port.default(22),
  /** Fingerprint of its host key, seen there and accepted for this once: where the console has told none. */
  hostKey: keyFingerprint.optional(),
})

/** The last one of a device since the gateway started. */
export const sshPasswordChange = z.object({
  id,
  /** Who ordered it. */
  by: z.string(),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  /** `waiting`: for the ssh agent. */
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  /** What it does now, or how it ended and what to do next; fit to show to a person. */
  message: z.string(),
  /** Whether root has the new password. `unknown`: the line went dead before the device answered. */
  changed: z.enum(['no', 'unknown', 'yes']),
  /** Where the new password was logged in with. */
  proof: z.enum(['console', 'ssh']).nullable(),
  /** Fingerprint of the agent's key that logged in. */
  loginKey: z.string().nullable(),
  /** Why SSH did not let in, where that is it. */
  cause: cause.nullable(),
  agent: pushAgent.extend({ yours: z.boolean() }).nullable(),
})
export type SshPasswordChange = z.infer<typeof sshPasswordChange>
