import { z } from 'zod'
import { digits, id, offset, reason, timestamp } from './common.ts'
import type { ErrorCode } from './errors.ts'
import { job } from './jobs.ts'
import { lineState, recordingState } from './line.ts'
import { loginState } from './login.ts'
import { sysRqKeys } from './sysrq.ts'

/** One attached person or program. `mayWrite` says whether it could hold the write lock; `writer` is in `lock`. */
export const viewer = z.object({
  id: z.string(),
  userId: id,
  name: z.string(),
  mayWrite: z.boolean(),
  attachedAt: timestamp,
})
export type Viewer = z.infer<typeof viewer>

export const lockState = z.object({
  /** Viewer id of the writer; null while nobody types: then the next viewer who may write and types gets it. */
  writer: z.string().nullable(),
  since: timestamp.nullable(),
  /** Viewer id of whoever asks the writer, and when the lock passes without an answer. */
  asking: z.string().nullable(),
  grantAt: timestamp.nullable(),
})
export type LockState = z.infer<typeof lockState>

/** Of the console, not of a viewer. */
export const screenSize = z.object({ rows: z.number().int(), cols: z.number().int() })
export type ScreenSize = z.infer<typeof screenSize>

/** Lost bytes. `from == to` when how many is unknown (the link was down). */
export const gap = z.object({
  from: offset,
  to: offset,
  startedAt: timestamp,
  endedAt: timestamp,
  cause: z.enum([
    'link-down',
    'gateway-down',
    'gateway-killed',
    'not-recorded',
    'expired',
    'lost-by-transport',
  ]),
})
export type Gap = z.infer<typeof gap>

/**
 * Text frames from the gateway. Binary frames between them are the console's bytes; the first byte of the first binary frame
 * after `attached` or `gap` stands at the offset named there.
 */
export const serverMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('attached'),
    viewerId: z.string(),
    role: z.enum(['writer', 'spy']),
    /** Position of the next binary byte. */
    offset,
    /**
     * What draws the screen as it is at `offset`, with its newest scrollback, on a terminal of `size` that was reset: for who attached
     * with `screen=1` and without `from`. Written before the first byte; it counts into no offset. Absent: the bytes are a tail of history.
     */
    screen: z.string().optional(),
    /** End of history at the moment of attach: bytes before it are replay, bytes after it are live. */
    liveFrom: offset,
    viewers: z.array(viewer),
    lock: lockState,
    line: lineState,
    recording: recordingState,
    size: screenSize,
    login: loginState,
    breakSupported: z.boolean(),
  }),
  z.object({ type: z.literal('gap'), gap }),
  z.object({
    type: z.literal('state'),
    line: lineState,
    recording: recordingState,
    breakSupported: z.boolean(),
  }),
  z.object({ type: z.literal('viewers'), viewers: z.array(viewer) }),
  /** Somebody logged in on the line or out, or the gateway could not log out. */
  z.object({ type: z.literal('login'), login: loginState }),
  /** The console has another size from here on. */
  z.object({ type: z.literal('size'), size: screenSize }),
  /** `event` tells what happened, for the notice on the page. */
  z.object({
    type: z.literal('lock'),
    lock: lockState,
    event: z.enum([
      'taken',
      'asked',
      'granted',
      'auto-granted',
      'declined',
      'released',
      'idle',
      'forced',
      'detached',
    ]),
    by: z.string().nullable(),
    reason: z.string().optional(),
  }),
  /** A break was sent by this viewer, alone or with a SysRq key after it. */
  z.object({ type: z.literal('break'), by: z.string(), key: z.enum(sysRqKeys).nullable() }),
  /** How a paste or a file goes on; told after `attached` too, while one is under way. */
  z.object({ type: z.literal('job'), job }),
  z.object({
    type: z.literal('error'),
    code: z.string().transform((code) => code as ErrorCode),
    message: z.string(),
  }),
  /** Last message before the gateway closes the socket on purpose. */
  z.object({
    type: z.literal('bye'),
    code: z.enum(['revoked', 'device-removed', 'shutdown', 'kicked']),
    message: z.string(),
  }),
])
export type ServerMessage = z.infer<typeof serverMessage>

/** Text frames from a viewer. */
export const clientMessage = z.discriminatedUnion('type', [
  /** Everything before this offset is parsed. The first ack switches the viewer from socket flow control to credit. */
  z.object({ type: z.literal('ack'), offset }),
  /** Go on from there; without `from` from where a newcomer begins, for a viewer that is too far behind to read it all. */
  z.object({ type: z.literal('resume'), from: offset.optional() }),
  z.object({ type: z.literal('break') }),
  /** BREAK and then this key, which Linux takes as a command. Answered with `break`, to everybody, or with an error. */
  z.object({ type: z.literal('sysrq'), key: z.enum(sysRqKeys) }),
  z.object({ type: z.literal('ask') }),
  z.object({ type: z.literal('grant') }),
  z.object({ type: z.literal('decline') }),
  z.object({ type: z.literal('release') }),
  z.object({ type: z.literal('force'), reason }),
  /** Stops a job of one's own, or any for who may force. */
  z.object({ type: z.literal('cancel-job'), job: id }),
  /** Type `stty rows R cols C` with the console's size, where a shell prompt is proven; else an error `no-prompt`. */
  z.object({ type: z.literal('set-size') }),
  /** Type `exit` at each shell prompt until the login prompt is there. `login` or an error tells what came of it. */
  z.object({ type: z.literal('log-out') }),
])
export type ClientMessage = z.infer<typeof clientMessage>

/**
 * Query of the upgrade. `from` resumes at an offset; `screen=1` without it wants the screen in `attached` instead of a tail of history;
 * `watch=1` attaches as a spy; `flow=ack` starts with credit from the first byte.
 */
export const attachQuery = z.object({
  from: digits.pipe(offset).optional(),
  screen: z.literal('1').optional(),
  watch: z.literal('1').optional(),
  flow: z.literal('ack').optional(),
})

/** WebSocket close codes of ours (RFC 6455 section 7.4.2: 4000 to 4999 are private). */
export const closeCodes = {
  revoked: 4001,
  deviceRemoved: 4002,
  tooMany: 4003,
  badFrame: 4004,
  shutdown: 1001,
} as const
