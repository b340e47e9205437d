import type { Push } from '../../../server/contract/pushes.ts'
import type { Recovery, recoverySteps } from '../../../server/contract/recovery.ts'
import { keyCounts } from '../push/words.ts'
import { duration } from '../words/time.ts'

type Step = (typeof recoverySteps)[number]

export const stepWords: Record<Step, string> = {
  restart: 'Restart the machine, and catch its boot loader',
  'boot-loader': 'Edit one entry for one boot',
  rescue: 'Boot into a shell',
  password: 'Set a new root password',
  start: 'Start the machine as always',
  proof: 'Log in with the new password',
}

export type StepState = 'done' | 'now' | 'to-come' | 'stopped'

export const stepStateWords: Record<StepState, string> = {
  done: 'Done',
  now: 'Goes on now',
  'to-come': 'To come',
  stopped: 'It did not go on from here',
}

/** Of those that were begun only the last is not done, and how it stands the recovery says. */
export function stepState({ steps, state }: Pick<Recovery, 'steps' | 'state'>, name: Step): StepState {
  if (!steps.some(({ step }) => step === name)) return 'to-come'
  if (steps.at(-1)?.step !== name || state === 'done') return 'done'
  return state === 'running' ? 'now' : 'stopped'
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

/** How the push of keys stands that followed. No tone while it goes on. */
export function keysWords({
  state,
  message,
  keys,
}: Pick<Push['devices'][number], 'state' | 'message' | 'keys'>): {
  tone: 'good' | 'trouble' | undefined
  title: string
  message: string
} {
  if (state === 'queued' || state === 'running') {
    return { tone: undefined, title: 'Its keys are being pushed with it', message }
  }
  if (state !== 'done') return { tone: 'trouble', title: 'Its keys were not pushed', message }
  const refused = keys.filter(({ proof }) => proof === 'refused').length
  const accepted = keys.filter(({ proof }) => proof === 'accepted').length
  const proved = `Its SSH server accepts ${accepted} of ${keys.length}.`
  return {
    tone: refused > 0 ? 'trouble' : 'good',
    title: refused > 0 ? 'Its SSH server does not take all of its keys' : 'Its keys are there',
    message: `${keyCounts(keys)}. ${proved}`,
  }
}
