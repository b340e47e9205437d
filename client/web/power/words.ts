import type { PowerReading, PowerRun } from '../../../server/contract/power.ts'
import { type Tone, troubleWord } from '../words/line.ts'
import { nameOfAct } from './acts.ts'

interface ReadingWords {
  tone: Tone
  word: string
  /** Why it is not known, and what to do. */
  cause: string
}

export function readingWords(reading: PowerReading): ReadingWords {
  switch (reading.power) {
    case 'on':
      return { tone: 'good', word: 'On', cause: '' }
    case 'off':
      return { tone: 'off', word: 'Off', cause: '' }
    case 'unknown': {
      const { code, message } = reading.cause
      const word = code === 'host-key-unknown' ? 'Certificate not accepted yet' : troubleWord(code)
      return { tone: 'trouble', word: `Not known: ${word.toLowerCase()}`, cause: message }
    }
  }
}

/** What is done, for whom, and whether it is over. */
export function runHeading({ act, by, state }: PowerRun): string {
  const end = { running: '', done: ', done', failed: ', not done' }[state]
  return `${nameOfAct(act)}, for ${by}${end}:`
}
