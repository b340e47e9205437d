import type { LineState } from '../../../server/contract/line.ts'
import { duration, secondsUntil } from './time.ts'

/** The colour family and the icon of a state; the word stands beside both. */
export type Tone = 'good' | 'busy' | 'trouble' | 'off'

export interface LineWords {
  tone: Tone
  /** One word for lists: what the line is. */
  word: string
  /** A few words more: since when, or until when. */
  detail: string
  /** Why it is not up, and what to do; empty when it is. */
  cause: string
}

/** What a line does, in words. `now` is the gateway's clock. */
export function lineWords(line: LineState, now: number): LineWords {
  switch (line.state) {
    case 'online':
      return { tone: 'good', word: 'Online', detail: `for ${duration(now - line.since)}`, cause: '' }
    case 'connecting':
      return { tone: 'busy', word: 'Connecting', detail: `attempt ${line.attempt}`, cause: '' }
    case 'waiting':
      return {
        tone: 'trouble',
        word: troubleWord(line.cause.code),
        detail: nextTry(line.retryAt, now),
        cause: line.cause.message,
      }
    case 'disabled':
      return { tone: 'off', word: 'Disabled', detail: `for ${duration(now - line.since)}`, cause: '' }
  }
}

function nextTry(retryAt: number, now: number): string {
  const seconds = secondsUntil(retryAt, now)
  return seconds === 0 ? 'trying again now' : `next try in ${duration(seconds * 1000)}`
}

type CauseCode = Extract<LineState, { state: 'waiting' }>['cause']['code']

const troubleWords: Record<CauseCode, string> = {
  refused: 'Refused',
  'no-route': 'No route',
  'name-not-found': 'Unknown name',
  timeout: 'No answer',
  'closed-by-far-end': 'Line closed',
  'no-answer': 'No answer',
  'wrong-credentials': 'Login refused',
  'credentials-missing': 'No credentials',
  'host-key-unknown': 'Unknown host key',
  'host-key-changed': 'Host key changed',
  'no-common-algorithm': 'No common algorithm',
  busy: 'Busy',
  'no-such-file': 'No such file',
  'no-permission': 'No permission',
  'not-allowed': 'Not allowed',
  'program-missing': 'Program missing',
  'program-ended': 'Program ended',
  protocol: 'Protocol error',
  'not-supported': 'Not supported',
  other: 'Down',
}

export function troubleWord(code: CauseCode): string {
  return troubleWords[code]
}
