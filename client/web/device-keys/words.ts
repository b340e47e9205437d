import type { EffectiveKey, KeyReason } from '../../../server/contract/keys.ts'

/** Why a key belongs here: `Key of project Demo`, `Ann owns the project`. */
export function reasonWords({ kind, of }: Pick<KeyReason, 'kind' | 'of'>): string {
  switch (kind) {
    case 'project':
      return `Key of the project ${of.name}`
    case 'owner':
      return `${of.name}, owner`
    case 'collaborator':
      return `${of.name}, collaborator`
  }
}

export interface Presence {
  word: string
  tone: 'plain' | 'good' | 'trouble' | 'danger'
  /** What it means for whoever wants to log in. */
  about: string
}

/** It was pushed, and was not there when the server was read. */
export function isGone({ onDevice, pushedAt }: Pick<EffectiveKey, 'onDevice' | 'pushedAt'>): boolean {
  return onDevice === 'not-there' && pushedAt !== null
}

/** Whether the key is on the server, as it was last read. */
export function presence(key: Pick<EffectiveKey, 'onDevice' | 'pushedAt'>): Presence | null {
  switch (key.onDevice) {
    case 'unknown':
      return null
    case 'there':
      return { word: 'There', tone: 'good', about: 'It stands in the server’s list, and lets its owner in.' }
    case 'restricted':
      return {
        word: 'Restricted',
        tone: 'trouble',
        about: 'It stands in the server’s list with options, or on a line that the server refuses.',
      }
    case 'not-there':
      return isGone(key)
        ? {
            word: 'Gone',
            tone: 'danger',
            about: 'It was put there, and was gone when the list was read: something else writes that file.',
          }
        : { word: 'Not there', tone: 'plain', about: 'It was not in the server’s list when that was read.' }
  }
}
