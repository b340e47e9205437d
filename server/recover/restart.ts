import { AppError } from '../base/errors.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { Driver } from '../operator/jobs.ts'
import { Stopped } from '../operator/stopped.ts'
import type { Power, PowerActor } from '../power/power.ts'

const lookMs = 250
/** SysRq: write what is in memory, make all file systems read-only, restart (Documentation/admin-guide/sysrq.rst). */
const sysRqKeys = ['s', 'u', 'b'] as const
/** Ctrl-U and Enter: ipmitool takes a BREAK only at the beginning of a line, and what somebody left there half typed is not to be run. */
const newLine = Buffer.from('\x15\r')
/** By then a new line has arrived, and is not taken for the key after a BREAK that overtook it. */
const arrivedMs = 1000
/** A disk writes what is in memory meanwhile. */
const betweenMs = 3000

/** Restarts a machine, or switches on one that is off. Throws Stopped when neither could be done. */
export async function restartByPower(
  power: Pick<Power, 'read' | 'act' | 'run'>,
  device: DeviceRecord,
  { by, driver }: { by: PowerActor; driver: Driver },
): Promise<void> {
  const reading = await power.read(device.id)
  // A cycle first: some BMCs take a reset and do nothing.
  const acts = reading?.power === 'off' ? (['on'] as const) : (['cycle', 'reset'] as const)
  for (const act of acts) {
    driver.tell(act === 'on' ? 'Switching the machine on.' : 'Restarting the machine.')
    order(() => power.act(device, { act }, by))
    while (power.run(device.id)?.state === 'running') await driver.hands.typist.pause(lookMs)
    if (power.run(device.id)?.state === 'done') return
  }
  throw new Stopped('failed', `The machine could not be restarted: ${power.run(device.id)?.words}`)
}

/** For a Linux that still runs, and takes SysRq over its line; whether it does shows only when it restarts. */
export async function restartBySysRq({ tell, sysRq, hands }: Driver, begins: () => void): Promise<void> {
  tell('Restarting the machine by SysRq over its line. Where nothing happens, restart it by hand.')
  for (const key of sysRqKeys) {
    await hands.typist.type(newLine)
    await hands.typist.pause(arrivedMs)
    // The new line made a login prompt: it is none of a system that has started again.
    if (key === 'b') begins()
    await sysRq(key)
    if (key !== 'b') await hands.typist.pause(betweenMs)
  }
}

export async function askForRestart(driver: Driver): Promise<void> {
  driver.tell('Restart the machine now: its boot loader is waited for.')
}

/** Somebody else may be switching it right now. */
function order(act: () => void): void {
  try {
    act()
  } catch (error) {
    throw error instanceof AppError ? new Stopped('failed', error.message) : error
  }
}
