import { actorOf, capacityOf } from '../access/actor.ts'
import type { Principal } from '../access/can.ts'
import { AppError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { AddedKey, NewKey } from '../contract/keys.ts'
import { limits } from '../contract/limits.ts'
import { md5Fingerprint, sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import { readPublicKey } from '../contract/public-key/read.ts'
import type { KeyPolicy, KeyReading, PublicKey } from '../contract/public-key/types.ts'
import { inTransaction, type Store } from '../store/database.ts'
import { keyChoiceRepository } from '../store/key-choices.ts'
import { keySourceRepository } from '../store/key-sources.ts'
import { type KeyOwner, keyRepository, type StoredKey } from '../store/keys.ts'
import { keyAct } from './acts.ts'
import type { PortalParts } from './parts.ts'
import { resourceOf } from './portal-key.ts'

interface Addition {
  owner: KeyOwner
  input: NewKey
}

type Added = Pick<AddedKey, 'existed' | 'warnings'> & { key: StoredKey }

/** Adds the key of a text. That the principal may, the caller has made sure. */
export async function addKey(
  { store, audit, clock, policy }: PortalParts,
  principal: Principal,
  { owner, input }: Addition,
): Promise<Added> {
  const { key: read, warnings } = demandPublicKey(input.text, policy)
  const now = clock.now()
  demandFuture(input.expiresAt, now)
  const key = storedKey(read, { owner, input, by: principal.email, now })
  return inTransaction(store, async (within) => {
    const keys = keyRepository(within)
    const [same] = await keys.ofOwner(owner, [key.sha256])
    if (same !== undefined) return { key: same, existed: true, warnings }
    await demandRoom(within, owner)
    await keys.add(key)
    if (input.devices !== undefined) await chooseDevices(within, key, input.devices)
    const detail = {
      ...(input.devices !== undefined && { devices: input.devices.length }),
      ...capacityOf(principal, 'key.add', resourceOf(owner)),
    }
    await audit.within(within).record(keyAct('key.added', key, { by: actorOf(principal), detail }))
    return { key, existed: false, warnings }
  })
}

/** The key of a text. @throws AppError `key-refused` that says why, and nothing of the text. */
export function demandPublicKey(text: string, policy: KeyPolicy) {
  const reading = text.length > limits.keyTextLength ? tooLong : readPublicKey(text, policy)
  if (reading.ok) return reading
  const { refusal } = reading
  throw new AppError('key-refused', `${refusal.reason} ${refusal.remedy}`, { refusal })
}

const tooLong: KeyReading = {
  ok: false,
  refusal: {
    code: 'too-large',
    reason: `The text has more than ${limits.keyTextLength} characters, which is more than any key has.`,
    remedy: 'Paste the public key alone.',
  },
}

function storedKey(
  read: PublicKey,
  { owner, input, by, now }: Addition & { by: string; now: number },
): StoredKey {
  const { type, bits, blob, comment } = read
  const sha256 = sha256Fingerprint(blob)
  return {
    id: newId('key'),
    userId: null,
    projectId: null,
    ...owner,
    sha256,
    md5: md5Fingerprint(blob),
    type,
    bits,
    blob,
    comment,
    label: input.label ?? (labelOf(comment) || `${type} ${sha256.slice(-8)}`),
    createdAt: now,
    createdBy: by,
    expiresAt: input.expiresAt ?? null,
  }
}

/** As much of a comment as a label holds. */
function labelOf(comment: string): string {
  return comment.slice(0, limits.nameMaxLength).toWellFormed().trim()
}

function demandFuture(expiresAt: number | undefined, now: number): void {
  if (expiresAt === undefined || expiresAt > now) return
  throw mistake('expiresAt', 'is in the past: a key that has expired is not handed out')
}

async function demandRoom(within: Store, owner: KeyOwner): Promise<void> {
  if ((await keyRepository(within).count(owner)) < limits.keysPerOwner) return
  const message = `There are ${limits.keysPerOwner} keys here, which is the most. Delete some that are no longer used.`
  throw new AppError('bad-request', message)
}

async function chooseDevices(within: Store, key: StoredKey, devices: readonly string[]): Promise<void> {
  const projectIds =
    key.userId === null
      ? [key.projectId].filter((id) => id !== null)
      : await keySourceRepository(within).projectsOf(key.userId)
  const choices = keyChoiceRepository(within)
  const deviceIds = await choices.devicesOf(projectIds, devices)
  if (deviceIds.length < new Set(devices).size) {
    throw mistake('devices', 'names a device on which this key would not be effective')
  }
  await choices.chooseOnly(key.id, { projectIds, deviceIds })
}

function mistake(field: string, message: string): AppError {
  return new AppError('bad-request', `Nothing was changed. ${field}: ${message}`, {
    mistakes: [{ path: [field], message }],
  })
}
