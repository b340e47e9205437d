import { type PowerControl, powerControl } from '../contract/power.ts'
import type { Store } from './database.ts'

/** How a device's power is controlled, without the password. */
export interface StoredPower {
  deviceId: string
  control: PowerControl
  /** An instance admin set it last: only then may it reach the gateway's own addresses. */
  allowLocalTargets: boolean
}

/** At most one per device; it goes with the device. */
export function powerRepository(db: Store) {
  return {
    async list(): Promise<StoredPower[]> {
      const rows = await db.selectFrom('power').selectAll().execute()
      return rows.map(({ deviceId, control, allowLocalTargets }) => ({
        deviceId,
        control: powerControl.parse(JSON.parse(control)),
        allowLocalTargets: allowLocalTargets === 1,
      }))
    },

    async save({ deviceId, control, allowLocalTargets }: StoredPower): Promise<void> {
      const values = {
        control: JSON.stringify(control),
        allowLocalTargets: Number(allowLocalTargets),
      }
      await db
        .insertInto('power')
        .values({ deviceId, ...values })
        .onConflict((conflict) => conflict.column('deviceId').doUpdateSet(values))
        .execute()
    },

    async remove(deviceId: string): Promise<void> {
      await db.deleteFrom('power').where('deviceId', '=', deviceId).execute()
    },
  }
}
