import type { ScreenSize } from '../../contract/console.ts'
import { terminalColours as colours } from '../../contract/terminal-colours.ts'

/** What a character is said to measure in pixels: nobody knows on whose screen it is shown. */
const cell = { width: 8, height: 16 }
/** Parts of one query that are answered. */
const mostParts = 8
/** What programs find in terminfo for the terminal of the page. */
const terminalName = 'xterm-256color'

/** XTVERSION: `CSI > q`. */
export const versionAnswer = dcs('>|Lifeline')

/** Tertiary DA: `CSI = c`. A unit id, of nobody. */
export const tertiaryAnswer = dcs('!|00000000')

/** Colour scheme: `CSI ? 996 n`. */
export const schemeAnswer = '\x1b[?997;1n'

/** Sizes, `CSI Ps t`; the titles, which a device may have set itself, are never told. */
export function sizeAnswer(what: number, { rows, cols }: ScreenSize): string {
  switch (what) {
    case 14:
      return `\x1b[4;${rows * cell.height};${cols * cell.width}t`
    case 16:
      return `\x1b[6;${cell.height};${cell.width}t`
    case 18:
      return `\x1b[8;${rows};${cols}t`
    case 19:
      return `\x1b[9;${rows};${cols}t`
    default:
      return ''
  }
}

/** XTGETTCAP, `DCS + q names ST`: names and values are written in hex. */
export function capabilityAnswer(names: string): string {
  return names
    .split(';')
    .slice(0, mostParts)
    .map((hex) => {
      const value = /^(?:[0-9a-f]{2}){1,16}$/i.test(hex) ? capabilities[fromHex(hex)] : undefined
      return value === undefined ? dcs('0+r') : dcs(`1+r${hex}=${toHex(value)}`)
    })
    .join('')
}

const capabilities: Record<string, string | undefined> = Object.assign(Object.create(null), {
  TN: terminalName,
  name: terminalName,
  Co: '256',
  colors: '256',
  RGB: '8/8/8',
})

/** OSC 10, 11 and 12 with `?`: foreground, background, cursor; further parts go on with the next. */
export function colourAnswer(first: number, data: string): string {
  return data
    .split(';')
    .slice(0, mostParts)
    .map((part, index) => {
      const colour = dynamic[first + index]
      return part === '?' && colour !== undefined ? osc(`${first + index};${rgb(colour)}`) : ''
    })
    .join('')
}

const dynamic: Record<number, string | undefined> = {
  10: colours.foreground,
  11: colours.background,
  12: colours.cursor,
}

/** OSC 4 with `number;?`: the palette. */
export function paletteAnswer(data: string): string {
  const parts = data.split(';').slice(0, 2 * mostParts)
  let answer = ''
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const number = /^\d{1,3}$/.test(parts[at] ?? '') ? Number(parts[at]) : -1
    if (parts[at + 1] === '?' && number >= 0 && number < 256) answer += osc(`4;${number};${indexed(number)}`)
  }
  return answer
}

const named = [
  colours.black,
  colours.red,
  colours.green,
  colours.yellow,
  colours.blue,
  colours.magenta,
  colours.cyan,
  colours.white,
  colours.brightBlack,
  colours.brightRed,
  colours.brightGreen,
  colours.brightYellow,
  colours.brightBlue,
  colours.brightMagenta,
  colours.brightCyan,
  colours.brightWhite,
]

/** The first sixteen are ours, then come xterm's cube of colours and its greys. */
function indexed(number: number): string {
  const name = named[number]
  if (name !== undefined) return rgb(name)
  if (number >= 232) return channels([1, 1, 1].map(() => 8 + 10 * (number - 232)))
  const place = number - 16
  const steps = [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6]
  return channels(steps.map((step) => (step === 0 ? 0 : 55 + 40 * step)))
}

function rgb(hex: string): string {
  return channels([1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)))
}

/** In 16 bits each, as xterm does. */
function channels(bytes: number[]): string {
  return `rgb:${bytes.map((byte) => byte.toString(16).padStart(2, '0').repeat(2)).join('/')}`
}

function dcs(text: string): string {
  return `\x1bP${text}\x1b\\`
}

function osc(text: string): string {
  return `\x1b]${text}\x1b\\`
}

function fromHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1')
}

function toHex(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex').toUpperCase()
}
