import { z } from 'zod'
import { id, timestamp } from './common.ts'
import { limits } from './limits.ts'
import { cause } from './line.ts'
import { argv, cipherSuite, host, port, username } from './transports.ts'

/** What the machine is told to boot from at its next start, and at that one only. */
const bootDevices = ['disk', 'pxe', 'setup'] as const

/** IPMI 2.0 chapter 28: chassis commands need the privilege of an operator. */
const ipmiPower = z.object({
  kind: z.literal('ipmi'),
  host,
  port: port.default(623),
  username,
  cipherSuite,
  privilege: z.enum(['operator', 'administrator']).default('administrator'),
  /** The machine boots by UEFI: said with each boot device, since a BMC forgets it (IPMI 2.0 table 28-14). */
  efi: z.boolean().default(true),
})

/** DSP0266. */
const redfishPower = z.object({
  kind: z.literal('redfish'),
  host,
  port: port.default(443),
  username,
  /** `Id` of the computer system; may be left out where the service has just one. */
  system: z.string().min(1).max(128).optional(),
  /** SHA-256 of the certificate the BMC is known by. Without it, only one that the gateway's own list of authorities vouches for is taken. */
  certificate: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be a SHA256: fingerprint, base64 without padding')
    .optional(),
})

/** The single things that can be done; an act is one or several of them. `shutdown` asks the operating system (ACPI), `off` does not. */
export const powerSteps = [
  'on',
  'shutdown',
  'off',
  'cycle',
  'reset',
  'nmi',
  'boot-disk',
  'boot-pxe',
  'boot-setup',
] as const
export type PowerStep = (typeof powerSteps)[number]

/** A program for each step, for hypervisors, switched sockets and clouds. `status` prints whether it is on. */
const commandPower = z.object({
  kind: z.literal('command'),
  status: argv.optional(),
  steps: z.partialRecord(z.enum(powerSteps), argv),
})

export const powerControl = z.discriminatedUnion('kind', [ipmiPower, redfishPower, commandPower])
export type PowerControl = z.infer<typeof powerControl>
export type PowerControlOf<K extends PowerControl['kind']> = Extract<PowerControl, { kind: K }>

/**
 * What is done to a machine. `off` asks the operating system first (ACPI) and cuts the power when the machine still runs after
 * `graceSeconds`; 0 cuts it at once.
 */
export const powerAct = z.discriminatedUnion('act', [
  z.object({ act: z.literal('on') }),
  z.object({ act: z.literal('off'), graceSeconds: z.number().int().min(0).max(900).default(60) }),
  z.object({ act: z.literal('cycle') }),
  z.object({ act: z.literal('reset') }),
  z.object({ act: z.literal('nmi') }),
  z.object({ act: z.literal('boot-once'), device: z.enum(bootDevices) }),
])
export type PowerAct = z.infer<typeof powerAct>

/** `unknown` says why: a status that cannot be had is never made up. */
export const powerReading = z.discriminatedUnion('power', [
  z.object({ power: z.enum(['on', 'off']), at: timestamp }),
  z.object({ power: z.literal('unknown'), at: timestamp, cause }),
])
export type PowerReading = z.infer<typeof powerReading>

export const powerRun = z.object({
  act: powerAct,
  /** Who asked for it. */
  by: z.string(),
  startedAt: timestamp,
  /** `running` says what is being waited for, in words; the others how it came out. */
  state: z.enum(['running', 'done', 'failed']),
  endedAt: timestamp.nullable(),
  words: z.string(),
})
export type PowerRun = z.infer<typeof powerRun>

export const powerView = z.object({
  /** How the power is controlled; null where it is not, or where the caller may not change it. */
  control: powerControl.nullable(),
  kind: z.enum(['ipmi', 'redfish', 'command']).nullable(),
  passwordKept: z.boolean(),
  /** Null where there is no power control. */
  reading: powerReading.nullable(),
  /** The last act since the gateway started, or the one under way. */
  run: powerRun.nullable(),
  may: z.object({ act: z.boolean(), configure: z.boolean() }),
})
export type PowerView = z.infer<typeof powerView>

/** As many as a page of devices has. Asked for by body, since an address has no room for 500. */
export const powerGlanceRequest = z.object({
  devices: z.array(id).min(1).max(limits.powerGlances),
})
/** Devices that the caller may not see are left out, as those that do not exist. */
export const powerGlances = z.array(
  z.object({
    deviceId: id,
    /** With its own time; null where it was not had yet, or there is no power control. */
    reading: powerReading.nullable(),
    /** It is being asked: look again in a second. What nobody looks for again within 10 s is not begun. */
    pending: z.boolean(),
  }),
)
export type PowerGlance = z.infer<typeof powerGlances>[number]

export const powerRequest = z.object({
  act: powerAct,
  /** The device's name, typed by who asks: the wrong machine is switched off only once. */
  confirm: z.string().max(100),
})

export const powerControlInput = z.object({
  control: powerControl,
  /** Absent keeps the stored one, if host, port and user name are the same. */
  password: z.string().min(1).max(1024).optional(),
})

export const acceptCertificate = z.object({
  /** The fingerprint the person saw and accepts; refused if the BMC shows another one by now. */
  fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
})
