import type { Store } from './database.ts'
import type { Schema } from './schema.ts'

export interface ProjectRow {
  id: string
  name: string
  createdAt: number
  /** How many devices it has. */
  devices: number
}

export function projectRepository(db: Store) {
  const rows = db
    .selectFrom('projects')
    .leftJoin('devices', 'devices.projectId', 'projects.id')
    .select(['projects.id', 'projects.name', 'projects.createdAt'])
    .select((count) => count.fn.count<number>('devices.id').as('devices'))
    .groupBy('projects.id')
  return {
    list(): Promise<ProjectRow[]> {
      return rows.orderBy('projects.name').execute()
    },

    find(id: string): Promise<ProjectRow | undefined> {
      return rows.where('projects.id', '=', id).executeTakeFirst()
    },

    async nameTaken(name: string, exceptId: string): Promise<boolean> {
      const others = db
        .selectFrom('projects')
        .select('id')
        .where('name', '=', name)
        .where('id', '!=', exceptId)
      return (await others.executeTakeFirst()) !== undefined
    },

    async add(project: Schema['projects']): Promise<void> {
      await db.insertInto('projects').values(project).execute()
    },

    async rename(id: string, name: string): Promise<void> {
      await db.updateTable('projects').set({ name }).where('id', '=', id).execute()
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('projects').where('id', '=', id).execute()
    },
  }
}
