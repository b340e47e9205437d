import type { Store } from './database.ts'

/** Which keys each device hands out: what was chosen of one key, and what holds for all others. */
export function keyChoiceRepository(db: Store) {
  return {
    /** Whether a key about which nothing was chosen is selected. */
    async byDefault(deviceId: string): Promise<boolean> {
      const row = await db
        .selectFrom('keyDefaults')
        .select('selected')
        .where('deviceId', '=', deviceId)
        .executeTakeFirst()
      return row === undefined || row.selected === 1
    },

    async setDefault(deviceId: string, selected: boolean): Promise<void> {
      const row = { deviceId, selected: Number(selected) }
      await db
        .insertInto('keyDefaults')
        .values(row)
        .onConflict((conflict) => conflict.column('deviceId').doUpdateSet({ selected: row.selected }))
        .execute()
    },

    /** By key: whether it was selected or deselected. */
    async chosen(deviceId: string, keyIds: readonly string[]): Promise<Map<string, boolean>> {
      const rows = await db
        .selectFrom('keyChoices')
        .select(['keyId', 'selected'])
        .where('deviceId', '=', deviceId)
        .where('keyId', 'in', keyIds)
        .execute()
      return new Map(rows.map(({ keyId, selected }) => [keyId, selected === 1]))
    },

    async choose(deviceId: string, keyIds: readonly string[], selected: boolean): Promise<void> {
      if (keyIds.length === 0) return
      const rows = keyIds.map((keyId) => ({ deviceId, keyId, selected: Number(selected) }))
      await db
        .insertInto('keyChoices')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['deviceId', 'keyId']).doUpdateSet({ selected: Number(selected) }),
        )
        .execute()
    },

    /** Selects a key on these devices of the projects, and deselects it on all others of them. */
    async chooseOnly(
      keyId: string,
      among: { projectIds: readonly string[]; deviceIds: readonly string[] },
    ): Promise<void> {
      await db
        .insertInto('keyChoices')
        .columns(['deviceId', 'keyId', 'selected'])
        .expression(
          db
            .selectFrom('devices')
            .where('projectId', 'in', among.projectIds)
            .select((device) => [
              'id',
              device.val(keyId).as('keyId'),
              device
                .case()
                .when('id', 'in', among.deviceIds)
                .then(device.lit(1))
                .else(device.lit(0))
                .end()
                .as('selected'),
            ]),
        )
        .execute()
    },

    /** Which of these devices are in one of the projects. */
    async devicesOf(projectIds: readonly string[], deviceIds: readonly string[]): Promise<string[]> {
      const rows = await db
        .selectFrom('devices')
        .select('id')
        .where('projectId', 'in', projectIds)
        .where('id', 'in', deviceIds)
        .execute()
      return rows.map(({ id }) => id)
    },
  }
}
