import { z } from 'zod'
import { digits, id, timestamp } from './common.ts'
import { deviceTag } from './devices.ts'
import { keyFingerprint } from './keys.ts'
import { limits } from './limits.ts'
import { cause } from './line.ts'
import { port } from './transports.ts'

/** `read` looks which keys there are, and changes nothing. */
const pushActs = ['add', 'remove', 'read'] as const
/** `auto` takes ssh when the device has an address, its host key is known and there is a password; else, or when that fails, the console. */
const pushWays = ['ssh', 'console'] as const

const unixUser = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, 'must be the name of a Unix user, like root')

/** Where the password of the login comes from. It is never kept with the push. `vault` is for root: it is used, and shown to nobody. */
const pushPassword = z.discriminatedUnion('from', [
  z.object({ from: z.literal('nowhere') }),
  z.object({ from: z.literal('vault') }),
  z.object({
    from: z.literal('given'),
    password: z
      .string()
      .min(1, 'is empty')
      .max(256)
      .regex(/^\P{Cc}*$/u, 'has control characters in it: they would be keys, not letters'),
    /** Keep it in the vault as each device's root password once it has opened the device: for a login of root, and for who may set it. */
    keep: z.boolean().default(false),
  }),
])
export type PushPassword = z.infer<typeof pushPassword>

/** Log in over SSH with the ssh agent of the caller, which they attach to the push: it waits for that, for five minutes at most. */
const wantsAgent = z.boolean().default(false)

const acceptedKeys = z.record(id, keyFingerprint).default({})

export const pushInput = z
  .object({
    act: z.enum(pushActs).default('add'),
    /** Only says what it would do. */
    dryRun: z.boolean().default(false),
    devices: z.array(id).max(limits.pushDevices).default([]),
    /** All devices of these projects. */
    projects: z.array(id).max(limits.pushDevices).default([]),
    /** All devices with one of these tags, in the projects in which the caller may push. */
    tags: z.array(deviceTag).max(limits.pushTags).default([]),
    /** To add: some of those that are handed out on each device; absent: all of them. To remove: any that may stand there, and needed. */
    keys: z.array(keyFingerprint).min(1).max(limits.pushKeys).optional(),
    /**
     * To add: those of `keys` that are to be let in without the restrictions they stand with. Each gets a plain line; lines with options that
     * would go before it are taken out then.
     */
    widen: z.array(keyFingerprint).max(limits.pushKeys).default([]),
    /** Remove also lines that restrict their key. */
    withOptions: z.boolean().default(false),
    /** Remove also when no key is left then that lets anybody in. */
    allowLast: z.boolean().default(false),
    /** Whose authorized_keys it is. */
    account: unixUser.default('root'),
    /** Who logs in on the device: the account itself, if absent, or root. */
    login: unixUser.optional(),
    /** Who logs in becomes root by `sudo -n`, which asks for no password: NOPASSWD in sudoers. */
    sudo: z.boolean().default(false),
    way: z.enum(['auto', ...pushWays]).default('auto'),
    /** Of the device's SSH server. */
    port: port.default(22),
    /** By device: the host key that the caller has seen there and accepts for this push, where none is known that the console told. */
    hostKeys: acceptedKeys,
    /** What to do when somebody is logged in on the console already. */
    session: z.enum(['refuse', 'use']).default('refuse'),
    agent: wantsAgent,
    password: pushPassword.default({ from: 'nowhere' }),
  })
  .refine(
    ({ devices, projects, tags }) => devices.length + projects.length + tags.length > 0,
    'names no devices',
  )
  .refine(({ act, keys }) => act !== 'remove' || keys !== undefined, 'does not say which keys to remove')
  .refine(
    ({ act, keys = [], widen }) =>
      widen.length === 0 || (act === 'add' && widen.every((key) => keys.includes(key))),
    'names keys to widen that it does not add by name',
  )
  .refine(({ sudo, account, login = account }) => !sudo || login !== 'root', {
    message: 'is for a login that is not root: name it in login',
    path: ['sudo'],
  })
  .refine(({ agent, way }) => !agent || way !== 'console', {
    message: 'cannot be used on the console, where no SSH key logs in',
    path: ['agent'],
  })
export type PushInput = z.input<typeof pushInput>

/** A retry takes those devices to which the caller may push and that failed, were stopped or interrupted; all else is as it was. */
export const pushRetry = z.object({
  agent: wantsAgent,
  password: pushPassword.default({ from: 'nowhere' }),
  /** More of them: `cause.offered` of a device that failed with `host-key-unknown`. */
  hostKeys: acceptedKeys,
})

const foundLine = z.object({
  path: z.string(),
  /** From 1. */
  number: z.number().int(),
  /** As they stand there; null where there are none. */
  options: z.string().nullable(),
})

const pushedKey = z.object({
  sha256: keyFingerprint,
  type: z.string(),
  comment: z.string(),
  /**
   * `widened`: it stood there with restrictions, and is let in without them now, as `widen` asked. `present`: it was there; `absent`: it was not. `restricted`: it is there with options; `is-ca`: as a certificate authority; `ineffective`: in
   * a line that the server refuses. These three are left as they are, and no plain line is added: that would free the key. `shared`: it stands
   * in a file of all accounts, and is not removed there.
   */
  result: z.enum([
    'added',
    'would-add',
    'widened',
    'would-widen',
    'removed',
    'would-remove',
    'present',
    'absent',
    'restricted',
    'is-ca',
    'ineffective',
    'shared',
  ]),
  /** The line that decided: of a key that is added, where a spoilt or commented-out copy of it stands. */
  line: foundLine.nullable(),
  /** Why that line counts for nothing, or the key may not be let in, or not for long. */
  note: z.string().nullable(),
  /** Of the key's own line in `wrote.path`, from 1; null where none was written for it. */
  newLine: z.number().int().nullable(),
  /** What the device's SSH server says when it is asked whether it would take the key. */
  proof: z.enum(['accepted', 'refused', 'not-reachable', 'not-asked']),
  /** Why it refuses, as far as its settings tell, or why it could not be asked. */
  reasons: z.array(z.string()),
})
export type PushedKey = z.infer<typeof pushedKey>

/** A key that was found on the device. */
const foundKey = z.object({
  sha256: keyFingerprint,
  type: z.string(),
  bits: z.number().int(),
  /** Text of a device. */
  comment: z.string(),
  state: z.enum(['there', 'restricted']),
  line: foundLine,
})
export type FoundKey = z.infer<typeof foundKey>

const deviceStates = ['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const
export type PushDeviceState = (typeof deviceStates)[number]

/**
 * `pattern` (sshd takes them since 10.0): the files that it matches were not read. `token`: it has one that sshd does not know, and was not
 * read. `none`: it names no file. `shared`: all accounts share the file; it was read, and is never written to.
 */
const passedOver = z.object({ entry: z.string(), why: z.enum(['pattern', 'token', 'none', 'shared']) })
export type PassedOver = z.infer<typeof passedOver>

export const pushDeviceResult = z.object({
  /** The way that was taken, and why that one; null before it is known. */
  way: z.enum(pushWays).nullable(),
  why: z.string(),
  /** Fingerprint of the host key that the device's SSH server showed, to a login or a proof; null where there was neither. */
  hostKey: keyFingerprint.nullable(),
  /** Fingerprint of the agent's key that logged in; null where none did. */
  loginKey: keyFingerprint.nullable(),
  /** Why a connection was not had; `host-key-unknown` with the key that was offered. */
  cause: cause.nullable(),
  keys: z.array(pushedKey),
  /**
   * What was written; null where nothing was. Sizes in bytes. Checksums as the device's own tool gives them, with its name (`cksum 1054711`);
   * null where it has none, or there was no file. `tightened` lost their write permission for group and others.
   */
  wrote: z
    .object({
      path: z.string(),
      before: z.number().int(),
      after: z.number().int(),
      sumBefore: z.string().nullable(),
      sumAfter: z.string().nullable(),
      tightened: z.array(z.string()),
    })
    .nullable(),
  /**
   * Of a dry run, what would be done to each file: whole lines that would be put behind it and taken out of it (by their number, from 1), and
   * paths that would lose their write permission for group and others.
   */
  changes: z.array(
    z.object({
      path: z.string(),
      added: z.array(z.string()),
      taken: z.array(z.object({ number: z.number().int(), text: z.string() })),
      tightened: z.array(z.string()),
    }),
  ),
  /** Entries of the server's AuthorizedKeysFile that no key is put into, and why. */
  passedOver: z.array(passedOver),
  /** Every key that was found, after the act; null where only the pushed keys were looked for. */
  found: z.array(foundKey).nullable(),
  /** Bytes typed, where it went over the console. */
  typed: z.number().int(),
})
export type PushDeviceResult = z.infer<typeof pushDeviceResult>

const pushDevice = pushDeviceResult.extend({
  deviceId: id,
  name: z.string(),
  state: z.enum(deviceStates),
  /** What it is doing, or how it ended and what to do next. */
  message: z.string(),
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
})

const pushSummary = z.object({
  id,
  act: z.enum(pushActs),
  dryRun: z.boolean(),
  account: z.string(),
  login: z.string(),
  sudo: z.boolean(),
  way: z.enum(['auto', ...pushWays]),
  port,
  by: z.object({ id, name: z.string() }),
  createdAt: timestamp,
  /** Null while devices are queued or running. */
  endedAt: timestamp.nullable(),
  /** How many of the devices that the caller may see are in each state. */
  counts: z.record(z.enum(deviceStates), z.number().int()),
  /** The push whose unfinished devices this one tries again. */
  retryOf: id.nullable(),
  may: z.object({ cancel: z.boolean(), retry: z.boolean() }),
})
export type PushSummary = z.infer<typeof pushSummary>

/** `gone` was attached, and `missed` did not come in time. */
export const pushAgent = z.object({
  state: z.enum(['waiting', 'attached', 'gone', 'missed', 'ended']),
  /** Until when the push waits for it. */
  until: timestamp.nullable(),
})
export type PushAgent = z.infer<typeof pushAgent>

export const push = pushSummary.extend({
  /** How the ssh agent stands, where one is to log in; who ordered the push may attach it while it waits. See paths.pushAgent. */
  agent: pushAgent.extend({ yours: z.boolean() }).nullable(),
  /** Send it as `after` to hear only of devices that changed since. */
  revision: z.number().int(),
  devices: z.array(pushDevice),
})
export type Push = z.infer<typeof push>

export const pushQuery = z.object({ after: digits.optional() })

export const pushListQuery = z.object({
  /** Only those that have to do with this device. */
  deviceId: id.optional(),
  /** `createdAt` of the last one of the page before. */
  before: digits.optional(),
})
/** The newest first, at most limits.pageSize. */
export const pushList = z.array(pushSummary)
