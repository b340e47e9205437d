import { type DeviceSettings, deviceSettings } from '../contract/devices.ts'
import { type TransportConfig, transport } from '../contract/transports.ts'
import type { Store } from './database.ts'
import type { DevicesTable } from './schema.ts'

/** A device as it is kept, without its secrets. */
export interface StoredDevice {
  id: string
  projectId: string
  name: string
  description: string
  /** In the order of the alphabet, each once. */
  tags: readonly string[]
  address: string | null
  enabled: boolean
  transport: TransportConfig
  settings: DeviceSettings
  /** An instance admin set the transport last: only then may it reach the gateway's own addresses. */
  allowLocalTargets: boolean
  createdAt: number
  updatedAt: number
}

/** The inventory by id. Given a transaction, everything happens in that. */
export function deviceRepository(db: Store) {
  const rows = db.selectFrom('devices').selectAll()
  return {
    async list(): Promise<StoredDevice[]> {
      return (await rows.orderBy('name').execute()).map(fromRow)
    },

    async find(id: string): Promise<StoredDevice | undefined> {
      const row = await rows.where('id', '=', id).executeTakeFirst()
      return row && fromRow(row)
    },

    async add(device: StoredDevice): Promise<void> {
      await db.insertInto('devices').values(toRow(device)).execute()
    },

    async save(device: StoredDevice): Promise<void> {
      await db.updateTable('devices').set(toRow(device)).where('id', '=', device.id).execute()
    },

    async remove(id: string): Promise<void> {
      await db.deleteFrom('devices').where('id', '=', id).execute()
    },
  }
}

function toRow(device: StoredDevice): DevicesTable {
  return {
    ...device,
    tags: JSON.stringify(device.tags),
    enabled: Number(device.enabled),
    transport: JSON.stringify(device.transport),
    settings: JSON.stringify(device.settings),
    allowLocalTargets: Number(device.allowLocalTargets),
  }
}

function fromRow(row: DevicesTable): StoredDevice {
  return {
    ...row,
    tags: JSON.parse(row.tags),
    enabled: row.enabled === 1,
    transport: transport.parse(JSON.parse(row.transport)),
    settings: deviceSettings.parse(JSON.parse(row.settings)),
    allowLocalTargets: row.allowLocalTargets === 1,
  }
}
