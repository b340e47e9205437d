import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { newId } from '../../server/base/ids.ts'
import { databaseFile, openStore, type Store } from '../../server/store/database.ts'
import { deviceRepository } from '../../server/store/devices.ts'
import { keySightingRepository } from '../../server/store/key-sightings.ts'
import { keyRepository, type StoredKey } from '../../server/store/keys.ts'
import { memberRepository } from '../../server/store/members.ts'
import { userRepository } from '../../server/store/users.ts'

const projectKeys = 5000
const people = 5
const keysEach = 1000
const devices = 1000
const foundOnEach = 10
/** As many lines as Dropbear reads of a file. */
const foundOnMeasured = 300

/**
 * Fills the database of a gateway that is down: 10,000 keys that all are effective on the devices of its one project, and 1,000 devices
 * more. Half are the project's, the others of five people, the admin being one of them.
 */
export async function addManyKeys(dataFolder: string): Promise<void> {
  const store = await openStore(join(dataFolder, databaseFile))
  try {
    await store.transaction().execute(fill)
  } finally {
    await store.destroy()
  }
}

async function fill(store: Store): Promise<void> {
  const [measured] = await deviceRepository(store).list()
  if (measured === undefined) throw new Error('There is no device to measure.')
  const { projectId } = measured
  const owners = [{ projectId }, ...(await addPeople(store, projectId)).map((userId) => ({ userId }))]
  const keys = owners.flatMap((owner) =>
    Array.from({ length: 'userId' in owner ? keysEach : projectKeys }, (_, at) => someKey(owner, at)),
  )
  for (const key of keys) await keyRepository(store).add(key)
  const sightings = keySightingRepository(store)
  const sighting = ({ sha256, type, bits, comment }: StoredKey) => ({
    sha256,
    type,
    bits,
    comment,
    state: 'there' as const,
  })
  for (let index = 0; index < devices; index += 1) {
    const device = { ...measured, id: newId('dev'), name: `more-${index}`, enabled: false }
    await deviceRepository(store).add(device)
    const first = (index * foundOnEach) % keys.length
    await sightings.replace(device.id, 1, keys.slice(first, first + foundOnEach).map(sighting))
  }
  await sightings.replace(measured.id, 1, keys.slice(0, foundOnMeasured).map(sighting))
  await sightings.pushed(
    measured.id,
    keys.map(({ sha256 }) => sha256),
    1,
  )
}

/** Ids of those whose keys count, the admin first. */
async function addPeople(store: Store, projectId: string): Promise<string[]> {
  const users = userRepository(store)
  const ids = (await users.list()).map(({ id }) => id)
  while (ids.length < people) {
    const id = newId('usr')
    const user = {
      id,
      email: `${id}@example.org`,
      name: id,
      admin: false,
      disabled: false,
      mustChangePassword: false,
    }
    await users.add({ user: { ...user, createdAt: 1 }, passwordHash: '' })
    await memberRepository(store).set(projectId, id, { role: 'collaborator', at: 1 })
    ids.push(id)
  }
  return ids
}

function someKey(owner: { userId: string } | { projectId: string }, at: number): StoredKey {
  const blob = Buffer.concat([Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAI', 'base64'), randomBytes(33)])
  return {
    id: newId('key'),
    userId: null,
    projectId: null,
    ...owner,
    sha256: `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`,
    md5: `MD5:${createHash('md5').update(blob).digest('hex')}`,
    type: 'ssh-ed25519',
    bits: 256,
    blob,
    comment: `person-${at}@laptop`,
    label: `Laptop ${at}`,
    createdAt: at,
    createdBy: 'bench@example.org',
    expiresAt: null,
  }
}
