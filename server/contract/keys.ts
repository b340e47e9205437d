import { z } from 'zod'
import { digits, id, label, timestamp } from './common.ts'
import { limits } from './limits.ts'
import { rewriter } from './rewriters.ts'

/** As `ssh-keygen -lf` prints it: the SHA-256 of the blob. It names a key wherever one is named, since identity is the blob. */
export const keyFingerprint = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be a fingerprint as ssh-keygen -l prints it: SHA256:...')

const described = z.object({
  sha256: keyFingerprint,
  /** `MD5:` and 16 bytes in hex with colons, as `ssh-keygen -E md5 -l` prints it. */
  md5: z.string(),
  /** As it stands at the front of an OpenSSH line. */
  type: z.string(),
  bits: z.number().int(),
  comment: z.string(),
})

/** A public key that Lifeline holds: personal (of a user) or project (of a project). */
export const portalKey = described.extend({
  id,
  scope: z.enum(['personal', 'project']),
  /** The user or the project that it belongs to. */
  owner: z.object({ id, name: z.string() }),
  /** The one normal form, whatever it was pasted as: `type base64 comment`. */
  line: z.string(),
  label: z.string(),
  createdAt: timestamp,
  /** E-mail of who added it. */
  createdBy: z.string(),
  expiresAt: timestamp.nullable(),
  expired: z.boolean(),
  /** When it was last put on a device, on any. */
  lastPushedAt: timestamp.nullable(),
  /** On how many devices that the caller may see it was found when they were last read. */
  foundOn: z.number().int(),
  may: z.object({ edit: z.boolean(), delete: z.boolean() }),
})
export type PortalKey = z.infer<typeof portalKey>

export const newKey = z.object({
  /** One public key in any format, refused with `key-refused` when it is anything else. */
  text: z.string(),
  /** Absent: the key's comment, or where it has none its type and the end of its fingerprint. */
  label: label.optional(),
  expiresAt: timestamp.optional(),
  /** Hand it out on these devices alone of those that it would be effective on now. Absent: on all, as each device says. */
  devices: z.array(id).max(limits.keyDevices).optional(),
})
export type NewKey = z.infer<typeof newKey>

/** Something about a key that is taken which its owner should know. */
const keyWarning = z.object({ code: z.string(), message: z.string() })

export const addedKey = z.object({
  key: portalKey,
  /** The same key was there already: nothing was changed, and `key` is as it is kept. */
  existed: z.boolean(),
  warnings: z.array(keyWarning),
})
export type AddedKey = z.infer<typeof addedKey>

/** Only what is named changes; an expiry that is null is taken away, one in the past ends the key now. */
export const editKey = z.object({ label, expiresAt: timestamp.nullable() }).partial()
export type EditKey = z.infer<typeof editKey>

const pageSize = digits.pipe(z.number().int().min(1).max(limits.pageSize))

export const keyQuery = z.object({
  /** `next` of the page before. */
  cursor: z
    .string()
    .regex(/^\d{1,16}\.[a-z]+_[a-z2-7]{20}$/, 'is not a cursor that this gateway gives')
    .optional(),
  limit: pageSize.default(50),
  /** Part of a label, a comment or a fingerprint. */
  search: z.string().trim().max(limits.searchTextMaxLength).optional(),
  type: z.string().max(64).optional(),
  expired: z.enum(['yes', 'no']).optional(),
})
export type KeyQuery = z.infer<typeof keyQuery>

/** The newest first. */
export const keyPage = z.object({
  keys: z.array(portalKey),
  /** How many match, on all pages. */
  total: z.number().int(),
  /** For the query of the next page; null on the last. */
  next: z.string().nullable(),
})
export type KeyPage = z.infer<typeof keyPage>

/** A device on which a key was found when it was last read. */
const keyPlace = z.object({
  deviceId: id,
  name: z.string(),
  projectName: z.string(),
  /** `restricted`: with options, or refused by the server as it stands. */
  state: z.enum(['there', 'restricted']),
  readAt: timestamp,
})
export const keyPlaces = z.object({
  /** By name, at most limits.keyPlaces of them. */
  places: z.array(keyPlace),
  total: z.number().int(),
})
export type KeyPlaces = z.infer<typeof keyPlaces>

/** Devices that still have personal keys of somebody: as they were last read, or as was pushed since. */
export const personPlaces = z.object({
  /** Fingerprints of these keys. One that somebody else, or a project, holds as well is not among them. */
  keys: z.array(keyFingerprint),
  /** By name, at most limits.pushDevices of them; `keys`: how many of the keys are there. */
  places: z.array(
    z.object({ deviceId: id, name: z.string(), projectName: z.string(), keys: z.number().int() }),
  ),
  total: z.number().int(),
})
export type PersonPlaces = z.infer<typeof personPlaces>

/** Without `leave`, a key that is still on devices is not deleted (`in-use`): deleting it here takes it from none of them. */
export const deleteKeyQuery = z.object({ leave: z.literal('1').optional() })

/** Why a key belongs on a device. The same key may belong there for several reasons; each expires and is selected by itself. */
const keyReason = z.object({
  /** A key of the device's project, or a personal key of its owner or collaborator. */
  kind: z.enum(['project', 'owner', 'collaborator']),
  keyId: id,
  label: z.string(),
  /** The project, or the person. */
  of: z.object({ id, name: z.string(), email: z.string().nullable() }),
  expiresAt: timestamp.nullable(),
  expired: z.boolean(),
  selected: z.boolean(),
})
export type KeyReason = z.infer<typeof keyReason>

const effectiveKey = described.extend({
  /** At least one. */
  reasons: z.array(keyReason),
  /** A reason is selected and has not expired: a push or a first boot puts the key there. */
  handedOut: z.boolean(),
  /** When it was last put on this device. */
  pushedAt: timestamp.nullable(),
  /** As the device was last read. `restricted`: with options, or refused by the server as it stands. */
  onDevice: z.enum(['unknown', 'there', 'not-there', 'restricted']),
})
export type EffectiveKey = z.infer<typeof effectiveKey>

/** A key that was found on the device and that no effective key is. */
const strangerKey = z.object({
  sha256: keyFingerprint,
  type: z.string(),
  bits: z.number().int(),
  /** As it stands there: text of a device. */
  comment: z.string(),
  state: z.enum(['there', 'restricted']),
})

export const effectiveQuery = z.object({
  cursor: z
    .string()
    .regex(/^[a-z]+_[a-z2-7]{20}\.\d{1,16}\.[a-z]+_[a-z2-7]{20}$/, 'is not a cursor that this gateway gives')
    .optional(),
  limit: pageSize.default(50),
})
export type EffectiveQuery = z.infer<typeof effectiveQuery>

/** Who can log in on a device, and why: keys of its project first, then its owners' by e-mail, then its collaborators'. */
export const effectivePage = z.object({
  /** A page may be shorter than its limit: a key with several reasons stands where its first one does. */
  keys: z.array(effectiveKey),
  next: z.string().nullable(),
  /** Whether a key about which nothing was chosen is selected. True unless it was changed. */
  byDefault: z.boolean(),
  /** When the device's own keys were last read; null: never, so that nothing is known of them. */
  readAt: timestamp.nullable(),
  /** The program known to write the list on the device anew, by marks that were read there; null where none is known. */
  rewriter: rewriter.nullable(),
  /** On the first page, at most limits.strangerKeys of them; none on later ones. */
  strangers: z.array(strangerKey),
  /** Choose for every key. */
  may: z.object({ select: z.boolean() }),
})
export type EffectivePage = z.infer<typeof effectivePage>

const keyIds = z.array(id).max(limits.keyChoices)
/** Only what is named changes. Owners choose for every key (`keyId` of its reasons); everybody whether their own are handed out. */
export const keyChoice = z.object({
  byDefault: z.boolean().optional(),
  select: keyIds.default([]),
  deselect: keyIds.default([]),
})
export type KeyChoice = z.infer<typeof keyChoice>

export const importRequest = z.object({
  /** Like https://github.com/USER.keys. https only, at an origin that the gateway's settings name. */
  url: z.string().trim().max(500),
  /** Where they would be added: to say which are there already. Absent: among one's own. */
  projectId: id.optional(),
})
export const importPreview = z.object({
  url: z.string(),
  /** One for each line that is not empty, in order. Nothing of it is kept. */
  found: z.array(
    z.discriminatedUnion('ok', [
      described.extend({
        ok: z.literal(true),
        line: z.string(),
        existed: z.boolean(),
        warnings: z.array(keyWarning),
      }),
      z.object({
        ok: z.literal(false),
        /** Number of the line, from 1. */
        at: z.number().int(),
        refusal: z.object({ code: z.string(), reason: z.string(), remedy: z.string() }),
      }),
    ]),
  ),
  /** There were more lines than one import takes; the rest was not read. */
  cut: z.boolean(),
})
export type ImportPreview = z.infer<typeof importPreview>
