import type { Device } from '../../../server/contract/devices.ts'
import { lineWords, type Tone } from '../words/line.ts'
import { ago, clockTime, duration, secondsUntil } from '../words/time.ts'
import type { Model } from './model.ts'

/** What can be done about a state. */
export type Remedy = 'attach-now' | 'reconnect' | 'host-key' | 'enable'

export interface StateWords {
  tone: Tone
  word: string
  text: string
  remedy?: Remedy
}

/** The state line: the worst of this page's link and the device's line, in words, with what can be done. */
export function stateWords(model: Model, heardAt: number | null, now: number): StateWords {
  const { link, line } = model
  switch (link.state) {
    case 'connecting':
      return {
        tone: 'busy',
        word: 'Attaching',
        text: link.attempt > 1 ? `attempt ${link.attempt}` : 'to the console',
      }
    case 'waiting': {
      const text = `${link.why} Next try in ${secondsUntil(link.retryAt, now)} s.`
      return { tone: 'trouble', word: 'Not attached', text, remedy: 'attach-now' }
    }
    case 'ended':
      return { tone: 'off', word: 'Ended', text: link.message }
    case 'attached':
      return line === null ? { tone: 'busy', word: 'Attaching', text: '' } : lineState(line, heardAt, now)
  }
}

type Line = NonNullable<Model['line']>

function lineState(line: Line, heardAt: number | null, now: number): StateWords {
  const { tone, word, detail, cause } = lineWords(line, now)
  switch (line.state) {
    case 'online':
      return {
        tone,
        word: 'Connected',
        text: `since ${clockTime(line.since)}, ${printed(line, heardAt, now)}`,
      }
    case 'connecting':
      return { tone, word, text: `to the device, ${detail}, for ${duration(now - line.since)}` }
    case 'waiting': {
      const remedy = line.cause.offered === undefined ? 'reconnect' : 'host-key'
      return { tone, word, text: `${cause} ${capital(detail)}.`, remedy }
    }
    case 'disabled':
      return { tone, word, text: 'The line is not held: nothing is connected or recorded.', remedy: 'enable' }
  }
}

function printed(line: Extract<Line, { state: 'online' }>, heardAt: number | null, now: number): string {
  const last = Math.max(heardAt ?? 0, line.lastDataAt ?? 0)
  return last < line.since ? 'nothing printed since' : `last printed ${ago(last, now)}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Which remedies a person may use. */
export function mayUse(remedy: Remedy, may: Device['may']): boolean {
  if (remedy === 'attach-now') return true
  return remedy === 'reconnect' ? may.reconnect : may.edit
}
