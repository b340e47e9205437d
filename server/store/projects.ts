import type { Store } from './database.ts'
import type { ProjectsTable } from './schema.ts'

export interface ProjectRow extends ProjectsTable {
  /** How many devices it has. */
  devices: number
}

export function projectRepository(db: Store) {
  const rows = db
    .selectFrom('projects')
    .leftJoin('devices', 'devices.projectId', 'projects.id')
    .select(['projects.id', 'projects.name', 'projects.createdAt', 'projects.passwordHours'])
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

    async add(project: ProjectsTable): Promise<void> {
      await db.insertInto('projects').values(project).execute()
    },

    async change(id: string, to: Pick<ProjectsTable, 'name' | 'passwordHours'>): Promise<void> {
      await db.updateTable('projects').set(to).where('id', '=', id).execute()
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('projects').where('id', '=', id).execute()
    },
  }
}
