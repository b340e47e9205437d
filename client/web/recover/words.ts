import type { Recovery, recoverySteps } from '../../../server/contract/recovery.ts'
import { duration } from '../words/time.ts'

export const stepWords: Record<(typeof recoverySteps)[number], string> = {
  restart: 'Restart the machine, and catch its boot loader',
  'boot-loader': 'Edit one entry for one boot',
  rescue: 'Boot into a shell',
  password: 'Set a new root password',
  start: 'Start the machine as always',
  proof: 'Log in with the new password',
}

export function stepTime({ startedAt, endedAt }: Recovery['steps'][number], now: number): string {
  return duration(Math.max(0, (endedAt ?? now) - startedAt))
}

export function endWords({ state, rehearsal }: Recovery): string {
  switch (state) {
    case 'done':
      return rehearsal ? 'The rehearsal went well' : 'Root has a new password'
    case 'cancelled':
      return 'It was stopped'
    case 'refused':
      return 'It was refused'
    case 'lapsed':
      return 'It was not approved'
    default:
      return 'It did not come to its end'
  }
}

/** What somebody asks to be approved. */
export function askedWords({ by, rehearsal }: Pick<Recovery, 'by' | 'rehearsal'>, device: string): string {
  return rehearsal
    ? `${by} asks to rehearse a recovery of ${device}.`
    : `${by} asks to recover access to ${device}.`
}

/** Who may approve it. */
export function approverWords(names: readonly string[]): string {
  if (names.length === 0) return 'No other member of its project may approve it: ask an instance admin.'
  return `May be approved here by ${names.join(', ')}, or an instance admin.`
}

/** How it is restarted. */
export const restartWords: Record<Recovery['restart'], string> = {
  power: 'by its power control',
  sysrq: 'by SysRq over its line',
  person: 'by a person',
}
