import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { PowerReading } from '../contract/power.ts'
import type { Control } from './controls.ts'

/** What is known of a machine's power at a glance. `pending`: it is being asked, and another look tells more. */
export interface Glance {
  /** With its own time; null while it was not had yet, and where there is no power control. */
  reading: PowerReading | null
  pending: boolean
}

export interface Glances {
  /** Answers at once, and has the machine asked where what is known is older than 30 s. */
  of(deviceId: string): Glance
  /** Somebody else has asked. */
  heard(deviceId: string, reading: PowerReading): void
  /** The machine is being switched: what was known says nothing now. */
  forget(deviceId: string): void
  /** Resolves when nothing is being asked for a list any more. */
  settled(): Promise<void>
}

export interface GlancesParts {
  clock: Clock
  log: Log
  controlOf(deviceId: string): Control | undefined
  /** Resolves with undefined when it was not begun since nobody wanted it. */
  ask(deviceId: string, wanted: () => boolean): Promise<PowerReading | undefined>
}

/** A list that is looked at again meanwhile is told the same. */
const freshMs = 30_000
/** A page looks every second or two; one that has not for so long is gone, and what was not begun for it is dropped. */
const wantedMs = 10_000

/** The power of many machines: one question under way for each, and what it brought is kept for a moment. */
export function createGlances({ clock, log, controlOf, ask }: GlancesParts): Glances {
  /** By the control: another one, or none, forgets what the last one said. */
  const known = new WeakMap<Control, { reading: PowerReading; heardAt: number }>()
  const asking = new Map<string, Promise<void>>()
  const wantedAt = new Map<string, number>()

  function note(deviceId: string, control: Control | undefined, reading: PowerReading): void {
    if (control !== undefined && control === controlOf(deviceId))
      known.set(control, { reading, heardAt: clock.monotonic() })
  }

  async function begin(deviceId: string, control: Control): Promise<void> {
    const wanted = () => clock.monotonic() - (wantedAt.get(deviceId) ?? -wantedMs) < wantedMs
    try {
      const reading = await ask(deviceId, wanted)
      if (reading !== undefined) note(deviceId, control, reading)
    } catch (error) {
      log.error({ err: error, deviceId }, 'the power of a device could not be asked for a list')
    } finally {
      asking.delete(deviceId)
      wantedAt.delete(deviceId)
    }
  }

  return {
    of(deviceId) {
      const control = controlOf(deviceId)
      if (control === undefined) return { reading: null, pending: false }
      const last = known.get(control)
      if (last !== undefined && clock.monotonic() - last.heardAt < freshMs)
        return { reading: last.reading, pending: false }
      wantedAt.set(deviceId, clock.monotonic())
      if (!asking.has(deviceId)) asking.set(deviceId, begin(deviceId, control))
      return { reading: last?.reading ?? null, pending: true }
    },
    heard: (deviceId, reading) => note(deviceId, controlOf(deviceId), reading),
    forget(deviceId) {
      const control = controlOf(deviceId)
      if (control !== undefined) known.delete(control)
    },
    async settled() {
      await Promise.all(asking.values())
    },
  }
}
