import { demand, type Principal } from '../access/can.ts'
import { notFound } from '../base/errors.ts'
import type { PersonPlaces } from '../contract/keys.ts'
import { limits } from '../contract/limits.ts'
import type { Store } from '../store/database.ts'
import { memberRepository } from '../store/members.ts'
import { personKeyPlaces } from '../store/person-keys.ts'
import { userRepository } from '../store/users.ts'

/** Whose keys, and on the devices of which project; absent: of all. */
export interface PersonIn {
  userId: string
  projectId?: string
}

/**
 * Devices that still have personal keys of somebody, for who is about to delete them, lock them out, or end their membership.
 * Throws AppError `not-found` for a user, or a member, who is not there.
 */
export async function personPlaces(
  store: Store,
  principal: Principal,
  { userId, projectId }: PersonIn,
): Promise<PersonPlaces> {
  if (projectId === undefined) {
    demand(principal, 'users.manage', { kind: 'instance' })
    if ((await userRepository(store).find(userId)) === undefined) throw notFound()
  } else {
    demand(principal, 'project.members', { kind: 'project', projectId })
    const members = await memberRepository(store).ofProject(projectId)
    if (!members.some((member) => member.userId === userId)) throw notFound()
  }
  const found = await personKeyPlaces(store, { userId, projectId })
  const places = [...Map.groupBy(found, ({ deviceId }) => deviceId).values()]
  return {
    keys: [...new Set(found.map(({ sha256 }) => sha256))].slice(0, limits.pushKeys),
    places: places.slice(0, limits.pushDevices).flatMap(([first, ...more]) => {
      if (first === undefined) return []
      const { deviceId, name, projectName } = first
      return [{ deviceId, name, projectName, keys: more.length + 1 }]
    }),
    total: places.length,
  }
}
