import type { Generated } from 'kysely'

/** Tables as Kysely sees them. Times are milliseconds since the epoch, booleans 0 or 1, `json` columns are text. */
export interface Schema {
  meta: { key: string; value: string }
  users: UsersTable
  sessions: SessionsTable
  tokens: TokensTable
  projects: ProjectsTable
  members: { projectId: string; userId: string; role: string; createdAt: number }
  devices: DevicesTable
  sealed: SealedTable
  vault: VaultTable
  provisions: ProvisionsTable
  hostKeys: HostKeysTable
  audit: AuditTable
  keys: KeysTable
  keyDefaults: { deviceId: string; selected: number }
  keyChoices: { deviceId: string; keyId: string; selected: number }
  keyPushes: { deviceId: string; sha256: string; at: number }
  keyReads: { deviceId: string; at: number; rewriter: Generated<string | null> }
  keySightings: KeySightingsTable
  power: PowerTable
  pushes: PushesTable
  pushDevices: PushDevicesTable
}

export interface ProjectsTable {
  id: string
  name: string
  createdAt: number
  /** For how long a root password of its devices can be revealed: 1 to 24. */
  passwordHours: number
  /** 1 where a recovery needs a second person's approval. */
  recoveryApproval: Generated<number>
  /** Where it was switched off: until when it holds all the same. */
  recoveryApprovalUntil: Generated<number | null>
}

export interface UsersTable {
  id: string
  /** Lower case; unique. */
  email: string
  name: string
  /** PHC string: `$argon2id$v=19$m=...,t=...,p=...$salt$hash`. */
  passwordHash: string
  admin: number
  disabled: number
  mustChangePassword: number
  createdAt: number
}

export interface SessionsTable {
  id: string
  /** SHA-256 of the cookie's value, hex; the value itself is nowhere. */
  hash: string
  userId: string
  createdAt: number
  lastSeenAt: number
  expiresAt: number
  address: string
  userAgent: string
}

export interface TokensTable {
  id: string
  hash: string
  userId: string
  name: string
  createdAt: number
  expiresAt: number
  lastUsedAt: number | null
}

export interface DevicesTable {
  id: string
  projectId: string
  /** Unique in the gateway. */
  name: string
  description: string
  /** JSON of an array. */
  tags: string
  address: string | null
  enabled: number
  /** JSON of contract/transports.ts, without secrets. */
  transport: string
  /** JSON of contract/devices.ts deviceSettings. */
  settings: string
  /** 1 when an instance admin set the transport last: only then may it reach this machine's own addresses. */
  allowLocalTargets: number
  createdAt: number
  updatedAt: number
}

export interface PowerTable {
  deviceId: string
  /** JSON of contract/power.ts powerControl, without the password. */
  control: string
  /** As of devices. */
  allowLocalTargets: number
}

/** One secret, sealed: AES-256-GCM under a data key of its own, which is sealed under the master key. */
export interface SealedTable {
  id: string
  /** What it belongs to: secretOwnerKinds of sealed.ts. Bound to the ciphertext as associated data. */
  ownerKind: string
  ownerId: string
  name: string
  /** Which master key wraps the data key: MasterKey.id. */
  keyId: string
  wrappedKey: Uint8Array
  ciphertext: Uint8Array
  createdAt: number
}

/** Columns of base/lifetime.ts. */
interface LifetimeColumns {
  lifeMs: number
  spentMs: number
  seenAt: number
  seenSteady: number
  seenBy: string
}

/** What is known of a device's root password; the password itself is in `sealed`, and only until `goneAt`. */
export interface VaultTable extends LifetimeColumns {
  deviceId: string
  source: string
  setAt: number
  /** E-mail, or `gateway`. */
  setBy: string
  goneAt: number | null
}

/** One first boot of a device. At most one of a device has no end yet. */
export interface ProvisionsTable extends LifetimeColumns {
  id: string
  deviceId: string
  hostname: string
  createdAt: number
  /** E-mail. */
  createdBy: string
  networkConfig: string | null
  /** `$6$...`, from when it was first told until the end. */
  passwordHash: string | null
  /** When a machine first asked, and from which address. */
  fetchedAt: number | null
  fetchedFrom: string | null
  /** End of the console's history at that moment. */
  consoleFrom: number | null
  endedAt: number | null
  outcome: 'provisioned' | 'expired' | 'revoked' | null
}

/** A host key of a device's sshd, as one source said it. */
export interface HostKeysTable {
  deviceId: string
  source: 'console' | 'phone-home'
  /** As `ssh-keygen -lf` prints it. */
  sha256: string
  type: string
  /** `type base64`; null where only the fingerprint was heard. */
  line: string | null
  seenAt: number
}

/** One link of the chain (audit/chain.ts). Triggers refuse to change or delete it. */
export interface AuditTable {
  /** From 1, without holes. */
  seq: number
  at: number
  action: string
  actorId: string | null
  actor: string
  address: string | null
  projectId: string | null
  deviceId: string | null
  target: string | null
  /** JSON object. */
  detail: string
  /** Hash of the entry before. */
  previous: string
  hash: string
}

/** A portal key. It has a user or a project, never both. */
export interface KeysTable {
  id: string
  userId: string | null
  projectId: string | null
  /** Fingerprint of the blob, `SHA256:...`; unique within a user and within a project. */
  sha256: string
  md5: string
  type: string
  bits: number
  blob: Uint8Array
  comment: string
  label: string
  createdAt: number
  /** E-mail of who added it, as it was then. */
  createdBy: string
  expiresAt: number | null
}

/** One push. Its password is nowhere. */
export interface PushesTable {
  id: string
  userId: string
  userName: string
  /** JSON of inject/order.ts PushOrder. */
  request: string
  retryOf: string | null
  createdAt: number
  endedAt: number | null
  /** As the caller named the request; unique for a user. */
  idempotencyKey: string | null
}

/** One device of a push. It outlives the device. */
export interface PushDevicesTable {
  pushId: string
  deviceId: string
  projectId: string
  name: string
  state: string
  message: string
  startedAt: number | null
  endedAt: number | null
  /** JSON of contract/pushes.ts pushDeviceResult. */
  result: string
}

/** A key as it stood on a device when that was last read. */
export interface KeySightingsTable {
  deviceId: string
  sha256: string
  /** `there` or `restricted`. */
  state: string
  type: string
  bits: number
  comment: string
}
