import { z } from 'zod'
import { timestamp } from './common.ts'

/** Why a line is not up, or went down. One catalogue for all transports. */
export const causeCodes = [
  'refused',
  'no-route',
  'name-not-found',
  'timeout',
  'closed-by-far-end',
  'no-answer',
  'wrong-credentials',
  'credentials-missing',
  'host-key-unknown',
  'host-key-changed',
  'no-common-algorithm',
  'busy',
  'no-such-file',
  'no-permission',
  'not-allowed',
  'program-missing',
  'program-ended',
  'protocol',
  'not-supported',
  'other',
] as const
export type CauseCode = (typeof causeCodes)[number]

/** A cause that a person understands, and what to do. `offered` is the host key (SHA256) the far end showed. */
export const cause = z.object({
  code: z.enum(causeCodes),
  message: z.string(),
  offered: z.string().optional(),
})
export type Cause = z.infer<typeof cause>

/** What a line is doing. `since` is when it began to. */
export const lineState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('disabled'), since: timestamp }),
  z.object({ state: z.literal('connecting'), since: timestamp, attempt: z.number().int() }),
  /** `lastDataAt` is when the device last printed anything on this link. */
  z.object({ state: z.literal('online'), since: timestamp, lastDataAt: timestamp.nullable() }),
  z.object({
    state: z.literal('waiting'),
    since: timestamp,
    attempt: z.number().int(),
    retryAt: timestamp,
    cause,
  }),
])
export type LineState = z.infer<typeof lineState>

/** Whether what the device prints is being written down. */
export const recordingState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('recording') }),
  z.object({ state: z.literal('failed'), since: timestamp, message: z.string() }),
])
export type RecordingState = z.infer<typeof recordingState>
