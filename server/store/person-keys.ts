import type { Store } from './database.ts'

export interface PersonKeyPlace {
  deviceId: string
  name: string
  projectName: string
  sha256: string
}

/** Where keys of one person are: found when a device was last read, or put there since. Not those that somebody else, or a project, holds as well. */
export async function personKeyPlaces(
  db: Store,
  { userId, projectId }: { userId: string; projectId?: string | undefined },
): Promise<PersonKeyPlace[]> {
  const theirs = db
    .selectFrom('keys')
    .where('keys.userId', '=', userId)
    .where((key) =>
      key.not(
        key.exists(
          key
            .selectFrom('keys as others')
            .whereRef('others.sha256', '=', 'keys.sha256')
            .whereRef('others.id', '!=', 'keys.id')
            .select('others.id'),
        ),
      ),
    )
  const found = theirs
    .innerJoin('keySightings as at', 'at.sha256', 'keys.sha256')
    .innerJoin('devices', 'devices.id', 'at.deviceId')
    .innerJoin('projects', 'projects.id', 'devices.projectId')
    .$if(projectId !== undefined, (at) => at.where('devices.projectId', '=', projectId ?? ''))
  const pushed = theirs
    .innerJoin('keyPushes as at', 'at.sha256', 'keys.sha256')
    .innerJoin('devices', 'devices.id', 'at.deviceId')
    .innerJoin('projects', 'projects.id', 'devices.projectId')
    .$if(projectId !== undefined, (at) => at.where('devices.projectId', '=', projectId ?? ''))
    .leftJoin('keyReads', 'keyReads.deviceId', 'devices.id')
    // What a later read did not find is gone.
    .where((at) => at.or([at('keyReads.at', 'is', null), at('keyReads.at', '<', at.ref('at.at'))]))
  const columns = [
    'devices.id as deviceId',
    'devices.name as name',
    'projects.name as projectName',
    'keys.sha256 as sha256',
  ] as const
  return found.select(columns).union(pushed.select(columns)).orderBy('name').orderBy('sha256').execute()
}
