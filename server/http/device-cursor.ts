import { can, type Principal } from '../access/can.ts'
import type { HeldConsole } from '../console/console.ts'
import type { ConsoleSummary, Device, DeviceChanges } from '../contract/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { deviceView } from './device-view.ts'

/** Devices of one message: so much is made and sent in one turn, and a thousand of them leave room for others in between. */
const mostDevices = 100
const mostConsoles = 500

/** All devices as they stand now. */
export interface Inventory {
  list(): readonly DeviceRecord[]
  find(id: string): DeviceRecord | undefined
  console(id: string): HeldConsole | undefined
}

interface Told {
  /** Undefined when everything about it must be told again. */
  record: DeviceRecord | undefined
  revision: number
  summary: ConsoleSummary
}

/**
 * What one reader knows of the devices they may see, and so what there is to tell them. Nothing waits here for a slow reader: what
 * changed twice since they read is told once, as it then is.
 */
export class DeviceCursor {
  #principal: Principal
  #projectNames: ReadonlyMap<string, string>
  readonly #told = new Map<string, Told>()
  #whole = false
  #unnamed = false

  constructor(principal: Principal, projectNames: ReadonlyMap<string, string>) {
    this.#principal = principal
    this.#projectNames = projectNames
  }

  get principal(): Principal {
    return this.#principal
  }

  /** Devices wait for the name of their project, which is newer than the names that are known. */
  get lacksNames(): boolean {
    return this.#unnamed
  }

  /** The reader may now more or less than before, or projects have other names: all that is seen is told again. */
  become(principal: Principal, projectNames: ReadonlyMap<string, string> = this.#projectNames): void {
    const same = sameRights(this.#principal, principal) && sameEntries(this.#projectNames, projectNames)
    this.#principal = principal
    this.#projectNames = projectNames
    if (same) return
    for (const told of this.#told.values()) told.record = undefined
  }

  /** What is to be told now; undefined when they know it all. Not `complete`: ask again. */
  next(inventory: Inventory): DeviceChanges | undefined {
    const changes: DeviceChanges = { type: 'changes', devices: [], consoles: [], removed: [], complete: true }
    this.#unnamed = false
    for (const record of inventory.list()) {
      const console = inventory.console(record.id)
      if (console !== undefined && this.#sees(record)) this.#compare(record, console, changes)
    }
    for (const id of this.#told.keys()) {
      const record = inventory.find(id)
      if (record !== undefined && this.#sees(record)) continue
      this.#told.delete(id)
      changes.removed.push(id)
    }
    const news = changes.devices.length + changes.consoles.length + changes.removed.length > 0
    if (!news && this.#whole) return undefined
    this.#whole = changes.complete
    return changes
  }

  #sees({ projectId }: DeviceRecord): boolean {
    return can(this.#principal, 'device.view', { kind: 'device', projectId }) === 'yes'
  }

  #compare(record: DeviceRecord, console: HeldConsole, changes: DeviceChanges): void {
    const told = this.#told.get(record.id)
    const { revision } = console
    if (told?.record !== record) {
      const projectName = this.#projectNames.get(record.projectId)
      if (projectName === undefined) this.#unnamed = true
      else if (changes.devices.length >= mostDevices) changes.complete = false
      else {
        const device = this.#view(record, console, projectName)
        changes.devices.push(device)
        this.#told.set(record.id, { record, revision, summary: device.console })
      }
    } else if (told.revision !== revision) {
      if (changes.consoles.length >= mostConsoles) changes.complete = false
      else {
        const summary = console.summary()
        changes.consoles.push({ id: record.id, console: difference(told.summary, summary) })
        this.#told.set(record.id, { record, revision, summary })
      }
    }
  }

  #view(record: DeviceRecord, console: HeldConsole, projectName: string): Device {
    return deviceView(record, this.#principal, { projectName: () => projectName, console: () => console })
  }
}

/** The fields that are not as they were. */
function difference(before: ConsoleSummary, after: ConsoleSummary): Partial<ConsoleSummary> {
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(before[name as keyof ConsoleSummary]) !== JSON.stringify(value),
  )
  return Object.fromEntries(changed)
}

function sameRights(one: Principal, other: Principal): boolean {
  return (
    one.admin === other.admin &&
    one.mustChangePassword === other.mustChangePassword &&
    sameEntries(one.memberships, other.memberships)
  )
}

function sameEntries(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value)
}
