import type { Insertable, Selectable } from 'kysely'
import type { Store } from './database.ts'
import type { ProjectsTable } from './schema.ts'

export interface ProjectSettings {
  name: string
  passwordHours: number
  recoveryApproval: boolean
  recoveryApprovalUntil: number | null
}

export interface ProjectRow extends ProjectSettings {
  id: string
  createdAt: number
  /** How many devices it has. */
  devices: number
}

export function projectRepository(db: Store) {
  const rows = db
    .selectFrom('projects')
    .leftJoin('devices', 'devices.projectId', 'projects.id')
    .selectAll('projects')
    .select((count) => count.fn.count<number>('devices.id').as('devices'))
    .groupBy('projects.id')
  return {
    async list(): Promise<ProjectRow[]> {
      return (await rows.orderBy('projects.name').execute()).map(toRow)
    },

    async find(id: string): Promise<ProjectRow | undefined> {
      const row = await rows.where('projects.id', '=', id).executeTakeFirst()
      return row && toRow(row)
    },

    async nameTaken(name: string, exceptId: string): Promise<boolean> {
      const others = db
        .selectFrom('projects')
        .select('id')
        .where('name', '=', name)
        .where('id', '!=', exceptId)
      return (await others.executeTakeFirst()) !== undefined
    },

    async add(project: Insertable<ProjectsTable>): Promise<void> {
      await db.insertInto('projects').values(project).execute()
    },

    async change(id: string, { recoveryApproval, ...to }: Partial<ProjectSettings>): Promise<void> {
      const flag = recoveryApproval === undefined ? {} : { recoveryApproval: Number(recoveryApproval) }
      await db
        .updateTable('projects')
        .set({ ...to, ...flag })
        .where('id', '=', id)
        .execute()
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('projects').where('id', '=', id).execute()
    },
  }
}

function toRow(row: Selectable<ProjectsTable> & { devices: number }): ProjectRow {
  return { ...row, recoveryApproval: row.recoveryApproval === 1 }
}
