import type { Alarm, Attention } from '../../../server/contract/devices.ts'
import { alarmWords } from '../words/attention.ts'
import type { Tone } from '../words/line.ts'

/** What a tab tells of its console to somebody who looks at another. */
export interface TabSigns {
  tone: Tone
  word: string
  /** What happened while nobody looked at the tab. */
  printed: boolean
  rang: boolean
  alarm: Alarm | null
}

/** The device first, since a narrow tab shows no more; then what is new, then the state. */
export function tabTitle(name: string, { word, printed, rang, alarm }: TabSigns): string {
  const news = alarm ? alarmWords[alarm] : rang ? 'Bell' : printed ? 'New output' : null
  return [name, ...(news ? [news] : []), word, 'Lifeline'].join(' · ')
}

/** What was found after the tab was last seen; null for what somebody may have seen. */
export function newAlarm(attention: Attention | null, unseenSince: number | null): Alarm | null {
  return attention && unseenSince !== null && attention.at >= unseenSince ? attention.alarm : null
}

const colours = { wanted: '#d0342c', good: '#14855a', busy: '#3b58d6', off: '#6b7686' }

/** Not by colour alone: a pulse that beats, one that is flat, or a call. */
const shapes = {
  pulse: '<path d="M4 17h6l3-8.5 4.6 15 2.9-6.5h7.5"/>',
  flat: '<path d="M5 16h22"/>',
  call: '<path d="M16 6.5v12"/><path d="M16 25h.01" stroke-width="4.4"/>',
}

function look({ tone, rang, alarm }: TabSigns): { colour: string; shape: string } {
  if (tone === 'trouble' || rang || alarm) return { colour: colours.wanted, shape: shapes.call }
  if (tone === 'good') return { colour: colours.good, shape: shapes.pulse }
  return tone === 'off'
    ? { colour: colours.off, shape: shapes.flat }
    : { colour: colours.busy, shape: shapes.pulse }
}

/** A favicon as a data URL, drawn anew for each state. */
export function tabIcon(signs: TabSigns): string {
  const { colour, shape } = look(signs)
  const dot = '<circle cx="25" cy="7" r="6" fill="#ffc53d" stroke="#fff" stroke-width="2"/>'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7.5" fill="${colour}"/><g fill="none" stroke="#fff" stroke-width="2.8" stroke-linecap="round" stroke-linejoin="round">${shape}</g>${signs.printed ? dot : ''}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
