import type { Alarm, ConsoleSummary } from '../../../server/contract/devices.ts'

/** What somebody should see, in two words. */
export const alarmWords: Record<Alarm, string> = {
  'host-keys': 'Host keys differ',
  panic: 'Kernel panic',
  oops: 'Kernel fault',
  hardware: 'Hardware error',
  storage: 'I/O error',
  memory: 'Out of memory',
  rebooted: 'Rebooted',
}

/** Whether somebody should look: it printed something alarming that nobody has seen, or its line is down. */
export function wantsAttention({ attention, line }: Pick<ConsoleSummary, 'attention' | 'line'>): boolean {
  return attention !== null || line.state === 'waiting'
}

/** How loud: a machine that came up again is news, what it printed before it stopped is worse. */
export function alarmTone(alarm: Alarm): 'danger' | 'trouble' {
  return alarm === 'rebooted' ? 'trouble' : 'danger'
}
