import { z } from 'zod'
import { id, timestamp } from './common.ts'
import { limits } from './limits.ts'

/** One time that a device is given its keys and its root password at first boot. */
const provisioning = z.object({
  id,
  /**
   * `waiting`: nobody has asked yet. `fetched`: a machine has asked and boots. `provisioned`: it has phoned home. In the last three the
   * address is dead.
   */
  state: z.enum(['waiting', 'fetched', 'provisioned', 'expired', 'revoked']),
  /** What the machine is told to call itself: the device's name when it was marked. */
  hostname: z.string(),
  createdAt: timestamp,
  /** E-mail of who marked the device. */
  createdBy: z.string(),
  expiresAt: timestamp,
  /** When a machine first asked, and from which address. */
  fetchedAt: timestamp.nullable(),
  fetchedFrom: z.string().nullable(),
  /** When it ended, whichever way. */
  endedAt: timestamp.nullable(),
})
export type Provisioning = z.infer<typeof provisioning>

/** `provisioning` is the one under way, or the last one; null when there never was any. */
export const provisioningState = z.object({
  provisioning: provisioning.nullable(),
  /** Mark it to be provisioned, and revoke that. */
  may: z.object({ provision: z.boolean() }),
})
export type ProvisioningState = z.infer<typeof provisioningState>

/** Marks a device to be provisioned. An address that was still good is dead from then on. */
export const markInput = z.object({
  /** How long the address is good; absent: as the gateway's settings say. */
  hours: z.number().int().min(1).max(limits.provisionHours).optional(),
  /** Served as `network-config` as it is; absent: DHCP on every Ethernet card. */
  networkConfig: z
    .string()
    .max(limits.networkConfigLength)
    .refine((text) => text.isWellFormed(), 'must be text')
    .optional(),
})
export type MarkInput = z.infer<typeof markInput>

/** Shown in this one answer: whoever has the address gets what the machine gets. */
export const marked = z.object({
  provisioning,
  /** Ends with a slash: `https://console.example.org/provision/TOKEN/`. */
  address: z.string(),
  /** For the kernel's command line: `ds=nocloud-net;s=ADDRESS`. */
  kernelArgument: z.string(),
})
export type Marked = z.infer<typeof marked>

/** A host key of the device's sshd, as it was heard when the device was provisioned. */
const hostKey = z.object({
  type: z.string(),
  /** As `ssh-keygen -lf` prints it. */
  sha256: z.string(),
  /** `type base64`; null where only its fingerprint was read on the console. */
  line: z.string().nullable(),
  /** Who said so: `console` is what it printed there, out of band; `phone-home` is what it sent over the network. */
  sources: z.array(z.enum(['console', 'phone-home'])),
  /** The console said so. */
  verified: z.boolean(),
  seenAt: timestamp,
})
export type HostKey = z.infer<typeof hostKey>

export const hostKeys = z.object({
  /**
   * `none`: nothing is known. `agree`: console and network said the same. `console`: only the console has spoken. `unverified`: only the
   * network has. `mismatch`: they contradict each other; nothing is given to ssh clients until somebody has looked.
   */
  state: z.enum(['none', 'agree', 'console', 'unverified', 'mismatch']),
  keys: z.array(hostKey),
  may: z.object({ forget: z.boolean() }),
})
export type HostKeys = z.infer<typeof hostKeys>

const flag = z.literal('1').optional()

/** Query of `GET paths.knownHosts`, which answers lines of a known_hosts file, as text. */
export const knownHostsQuery = z.object({
  /** Of this device alone. */
  deviceId: id.optional(),
  /** `|1|salt|hash` instead of names and addresses. */
  hashed: flag,
  /** Also keys that only the network has told. Their lines end with `unverified`. */
  unverified: flag,
})
