import { z } from 'zod'
import { id, offset, text, timestamp } from './common.ts'
import { viewer } from './console.ts'
import { limits } from './limits.ts'
import { cause, lineState, recordingState } from './line.ts'
import { loginState } from './login.ts'
import { deviceSecretNames, deviceSecrets, host, transport } from './transports.ts'

/** A device's name is its user name at the ssh door (`ssh NAME@gateway`), so it is a DNS label. Unique in the gateway. */
const deviceName = z
  .string()
  .trim()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 lower-case letters, digits or hyphens, with a letter or digit at both ends',
  )

/** What devices have in common across projects: `db`, `rack-4`. */
export const deviceTag = z
  .string()
  .trim()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/,
    'must be 1 to 32 lower-case letters, digits or hyphens, with a letter or digit at both ends',
  )
const deviceTags = z.array(deviceTag).max(limits.deviceTags)

export const deviceSettings = z.object({
  /** Minutes without a key after which the writer loses the lock; 0 keeps it until detach. */
  writerIdleMinutes: z.number().int().min(0).max(1440).default(10),
  /** Log out at a proven shell prompt once the last viewer who may write has left. */
  logoutOnDetach: z.boolean().default(false),
  size: z
    .object({ rows: z.number().int().min(5).max(200), cols: z.number().int().min(20).max(500) })
    .default({ rows: 24, cols: 80 }),
})
export type DeviceSettings = z.infer<typeof deviceSettings>

export const newDevice = z.object({
  projectId: id,
  name: deviceName,
  description: text.default(''),
  tags: deviceTags.default([]),
  /** Where the server itself is reached by ssh; used by push and shown under Connect. Not the console's address. */
  address: host.optional(),
  enabled: z.boolean().default(true),
  transport,
  secrets: deviceSecrets.default({}),
  settings: deviceSettings.prefault({}),
})
export type NewDevice = z.infer<typeof newDevice>

/**
 * Only what is named changes; a transport or settings that are named replace the old ones as a whole. A secret that is null is
 * forgotten, one that is absent stays. Where host, port, user name or kind of transport change, every secret kept must be named:
 * else a stored password could be sent to an address of the caller's choice.
 */
export const editDevice = z
  .object({
    projectId: id,
    name: deviceName,
    description: text,
    tags: deviceTags,
    address: host.nullable(),
    enabled: z.boolean(),
    transport,
    secrets: z
      .object({
        password: deviceSecrets.shape.password.unwrap().nullable(),
        privateKey: deviceSecrets.shape.privateKey.unwrap().nullable(),
        passphrase: deviceSecrets.shape.passphrase.unwrap().nullable(),
      })
      .partial(),
    settings: deviceSettings,
  })
  .partial()
export type EditDevice = z.infer<typeof editDevice>

/** What somebody should see, the worst first. `host-keys`: network and console told different ones; the others were printed. */
export const alarms = ['host-keys', 'panic', 'oops', 'hardware', 'storage', 'memory', 'rebooted'] as const
export type Alarm = (typeof alarms)[number]

/** The worst since a person last opened it; of several as bad, the first. */
export const attention = z.object({
  alarm: z.enum(alarms),
  /** The line that says so, as plain text, at most 200 characters. */
  line: z.string(),
  /** When the gateway saw it, which is a few seconds after it was printed at most. */
  at: timestamp,
})
export type Attention = z.infer<typeof attention>

/** What the list shows of a console without attaching to it. */
export const consoleSummary = z.object({
  line: lineState,
  recording: recordingState,
  end: offset,
  /** Last line printed that is not blank, as plain text without escape sequences, at most 200 characters. */
  lastLine: z.string(),
  lastDataAt: timestamp.nullable(),
  viewers: z.array(viewer),
  writer: z.string().nullable(),
  login: loginState,
  attention: attention.nullable(),
})
export type ConsoleSummary = z.infer<typeof consoleSummary>

export const device = z.object({
  id,
  projectId: id,
  projectName: z.string(),
  name: z.string(),
  description: z.string(),
  /** In the order of the alphabet, each once. */
  tags: z.array(z.string()),
  address: z.string().nullable(),
  enabled: z.boolean(),
  transport,
  /** Which credentials are kept, never what they are. */
  secretsKept: z.array(z.enum(deviceSecretNames)),
  settings: deviceSettings,
  createdAt: timestamp,
  updatedAt: timestamp,
  /** What the caller may do, so that the page shows no button that would be refused. */
  may: z.object({
    edit: z.boolean(),
    delete: z.boolean(),
    write: z.boolean(),
    break: z.boolean(),
    force: z.boolean(),
    reconnect: z.boolean(),
    /** Of root, in the vault. */
    setPassword: z.boolean(),
  }),
  console: consoleSummary,
})
export type Device = z.infer<typeof device>

/**
 * Text frames of `paths.deviceChanges`, a WebSocket on which only the gateway speaks. Several may make up one change; what changes faster
 * than it is told, or than it is read, is told once, as it then is.
 */
export const devicesMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('changes'),
    /** Devices that are new here, or of which more than the console changed. They replace what was known of them. */
    devices: z.array(device),
    /** What changed of consoles: only the fields that are named. */
    consoles: z.array(z.object({ id, console: consoleSummary.partial() })),
    /** Devices that are gone, or may no longer be seen. */
    removed: z.array(id),
    /** Everything has been told. Until the first of these the list is not whole. */
    complete: z.boolean(),
  }),
  /** Last message before the gateway closes the socket on purpose. */
  z.object({
    type: z.literal('bye'),
    code: z.enum(['revoked', 'shutdown', 'too-many']),
    message: z.string(),
  }),
])
export type DevicesMessage = z.infer<typeof devicesMessage>
export type DeviceChanges = Extract<DevicesMessage, { type: 'changes' }>

/**
 * Try a connection without saving anything. With `deviceId`, secrets that are absent are those kept for that device,
 * but only if host, port and user name are the ones kept too: else a stored password could be sent to an address of the caller's choice.
 */
export const testConnection = z.object({
  projectId: id,
  deviceId: id.optional(),
  transport,
  secrets: deviceSecrets.default({}),
})
export const testResult = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    tookMs: z.number(),
    /** First text the far end printed within the test, plain, at most 500 characters. */
    said: z.string(),
  }),
  z.object({ ok: z.literal(false), tookMs: z.number(), cause }),
])
export type TestResult = z.infer<typeof testResult>

export const acceptHostKey = z.object({
  /** The fingerprint the person saw and accepts; refused if the far end shows another one by now. */
  fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
})
