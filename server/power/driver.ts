import type { Secret } from '../base/secret.ts'
import type { PowerControl, PowerControlOf, PowerStep } from '../contract/power.ts'

/**
 * One way to a machine's power. One file or folder per kind, all of this shape, all passing test/contract/power. A driver does what it is
 * told once: it does not wait for the machine, repeat, or decide.
 */
export interface PowerDriver<K extends PowerControl['kind'] = PowerControl['kind']> {
  kind: K
  /** Rejects with LinkError when it cannot be had; it is never guessed. */
  status(access: PowerAccess<K>): Promise<'on' | 'off'>
  /** Resolves when the far end has taken the step. Rejects with LinkError, `not-supported` where it has no such step. */
  perform(step: PowerStep, access: PowerAccess<K>): Promise<void>
}

export interface PowerAccess<K extends PowerControl['kind'] = PowerControl['kind']> {
  control: PowerControlOf<K>
  password: Secret | undefined
  /** As for transports: may the far end be an address of this machine? */
  allowLocalTargets: boolean
  /** Aborts on the time-out and on shutdown; then nothing of it is left. */
  signal: AbortSignal
}

/** How a step is named in sentences: "the machine can't ...". */
export const stepWords: Record<PowerStep, string> = {
  on: 'switch on',
  shutdown: 'ask the operating system to shut down',
  off: 'switch off',
  cycle: 'power-cycle',
  reset: 'reset',
  nmi: 'send an NMI',
  'boot-disk': 'boot once from disk',
  'boot-pxe': 'boot once from the network',
  'boot-setup': 'boot once into the firmware setup',
}
