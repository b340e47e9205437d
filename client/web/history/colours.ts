import type { CSSProperties } from 'react'
import { ansi } from '../console/palette.ts'
import type { Style } from './sgr.ts'

const base = [
  ansi.black,
  ansi.red,
  ansi.green,
  ansi.yellow,
  ansi.blue,
  ansi.magenta,
  ansi.cyan,
  ansi.white,
  ansi.brightBlack,
  ansi.brightRed,
  ansi.brightGreen,
  ansi.brightYellow,
  ansi.brightBlue,
  ansi.brightMagenta,
  ansi.brightCyan,
  ansi.brightWhite,
]

/** What a style looks like, with the colours of the terminal; undefined for plain text. */
export function look(style: Style): CSSProperties | undefined {
  const { bold, dim, italic, underline, strike, hidden } = style
  const css = { ...colours(style) } as CSSProperties
  if (bold) css.fontWeight = 700
  if (dim) css.opacity = 0.7
  if (italic) css.fontStyle = 'italic'
  const lines = [underline && 'underline', strike && 'line-through'].filter(Boolean).join(' ')
  if (lines !== '') css.textDecoration = lines
  if (hidden) css.visibility = 'hidden'
  return Object.keys(css).length === 0 ? undefined : css
}

function colours({ fg, bg, bold, inverse }: Style): { color?: string; background?: string } {
  // As the terminal: bold letters of the eight dark colours are drawn in the light ones.
  const bright = bold && typeof fg === 'number' && fg < 8 ? fg + 8 : fg
  const ink = bright === null ? null : hex(bright)
  const paper = bg === null ? null : hex(bg)
  if (inverse) return { color: paper ?? ansi.background, background: ink ?? ansi.foreground }
  return { ...(ink === null ? {} : { color: ink }), ...(paper === null ? {} : { background: paper }) }
}

/** The 256 colours as xterm has them: 16, a cube of 6 x 6 x 6, 24 greys. */
function hex(colour: number | string): string {
  if (typeof colour === 'string') return colour
  if (colour < 16) return base[colour] ?? ansi.foreground
  if (colour >= 232)
    return `rgb(${Array(3)
      .fill(8 + (colour - 232) * 10)
      .join(' ')})`
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40)
  const at = colour - 16
  return `rgb(${level(Math.floor(at / 36))} ${level(Math.floor(at / 6) % 6)} ${level(at % 6)})`
}
