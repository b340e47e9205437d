import type {
  PassedOver,
  Push,
  PushDeviceState,
  PushedKey,
  PushSummary,
} from '../../../server/contract/pushes.ts'
import { count, names } from '../words/count.ts'

interface Words {
  word: string
  tone: 'plain' | 'good' | 'busy' | 'trouble' | 'danger'
}

export const stateWords: Record<PushDeviceState, Words> = {
  queued: { word: 'Waits', tone: 'plain' },
  running: { word: 'At work', tone: 'busy' },
  done: { word: 'Done', tone: 'good' },
  failed: { word: 'Failed', tone: 'danger' },
  cancelled: { word: 'Stopped', tone: 'trouble' },
  interrupted: { word: 'Interrupted', tone: 'trouble' },
}

export const resultWords: Record<PushedKey['result'], Words & { about: string }> = {
  added: { word: 'Added', tone: 'good', about: 'It was written, and read back from the file.' },
  'would-add': { word: 'Would be added', tone: 'busy', about: 'It is not there yet. Nothing was written.' },
  present: { word: 'Already there', tone: 'good', about: 'It was there. Nothing was written for it.' },
  restricted: {
    word: 'Restricted',
    tone: 'trouble',
    about: 'It is there with options, which were left as they are: a second line would free the key of them.',
  },
  'is-ca': {
    word: 'Authority',
    tone: 'trouble',
    about: 'It is there as a certificate authority, and was left so.',
  },
  ineffective: {
    word: 'No effect',
    tone: 'trouble',
    about: 'It is there in a line that the server refuses, and was left so.',
  },
  widened: {
    word: 'Freed',
    tone: 'good',
    about: 'It was there with restrictions. A plain line lets it in without them now, as was confirmed.',
  },
  'would-widen': {
    word: 'Would be freed',
    tone: 'busy',
    about: 'It is there with restrictions. Nothing was written.',
  },
  removed: {
    word: 'Taken away',
    tone: 'good',
    about: 'Its lines were taken out of the file, which was read back.',
  },
  'would-remove': {
    word: 'Would be taken away',
    tone: 'busy',
    about: 'It is still there. Nothing was written.',
  },
  absent: { word: 'Not there', tone: 'plain', about: 'The server has no such key.' },
  shared: {
    word: 'Shared',
    tone: 'trouble',
    about: 'It is in a file that all accounts share, and was left there.',
  },
}

export const proofWords: Record<PushedKey['proof'], (Words & { about: string }) | null> = {
  accepted: {
    word: 'Accepted',
    tone: 'good',
    about: 'The server’s SSH says that it would let this key in. It was asked without the private key.',
  },
  refused: { word: 'Refused', tone: 'danger', about: 'The server’s SSH does not take this key.' },
  'not-reachable': {
    word: 'Not reached',
    tone: 'plain',
    about: 'The server’s SSH could not be asked from here.',
  },
  'not-asked': null,
}

export const passedOverWords: Record<PassedOver['why'], string> = {
  pattern: 'a pattern; the files that it matches were not read, and a key may stand in one of them',
  token: 'not read: it has a token that sshd does not know',
  none: 'no file',
  shared: 'all accounts share it; it was read, and is never written to',
}

/** `Push to web7`, `Keys on web7`, `Push to 3 devices`. */
export function pushTitle({
  act,
  devices,
}: {
  act: Push['act']
  devices: readonly { name: string }[]
}): string {
  const [one, ...others] = devices
  const where = one && others.length === 0 ? one.name : count(devices.length, 'device')
  const titles = { add: `Push to ${where}`, remove: `Removal from ${where}`, read: `Keys on ${where}` }
  return titles[act]
}

/** `2 done, 1 failed`: states that no device is in are left out. */
export function countWords(counts: PushSummary['counts']): string {
  return eachCounted(stateWords, (state) => counts[state as PushDeviceState]).join(', ')
}

/** What became of the keys of one device, in a line: `2 added and 1 already there`. */
export function keyCounts(keys: readonly Pick<PushedKey, 'result'>[]): string {
  const said = eachCounted(resultWords, (result) => keys.filter((key) => key.result === result).length)
  return names(said, said.length)
}

function eachCounted(words: Record<string, Words>, many: (name: string) => number): string[] {
  return Object.entries(words)
    .filter(([name]) => many(name) > 0)
    .map(([name, { word }]) => `${many(name)} ${word.toLowerCase()}`)
}
