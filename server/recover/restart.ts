import { AppError } from '../base/errors.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { Driver } from '../operator/jobs.ts'
import { Stopped } from '../operator/stopped.ts'
import type { Power, PowerActor } from '../power/power.ts'

const lookMs = 250

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
