import type { PowerControl, PowerStep } from '../contract/power.ts'
import { commandPower } from './command.ts'
import type { PowerAccess, PowerDriver } from './driver.ts'
import { ipmiPower } from './ipmi.ts'
import { redfishPower } from './redfish/index.ts'

/** All drivers as one, by the kind of control. */
export interface Drivers {
  status(access: PowerAccess): Promise<'on' | 'off'>
  perform(step: PowerStep, access: PowerAccess): Promise<void>
}

const drivers: { [K in PowerControl['kind']]: PowerDriver<K> } = {
  ipmi: ipmiPower,
  redfish: redfishPower,
  command: commandPower,
}

/** Which driver is for an access is said by the access itself; the compiler cannot follow that through the table. */
const driverOf = ({ control }: PowerAccess): PowerDriver => drivers[control.kind] as unknown as PowerDriver

export const usualDrivers: Drivers = {
  status: (access) => driverOf(access).status(access),
  perform: (step, access) => driverOf(access).perform(step, access),
}
