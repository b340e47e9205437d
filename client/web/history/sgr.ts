/** How a character was drawn. Colours: a number of the 256, or `#rrggbb`. Never changed once made, so that equal ones are often the same. */
export interface Style {
  readonly fg: number | string | null
  readonly bg: number | string | null
  readonly bold: boolean
  readonly dim: boolean
  readonly italic: boolean
  readonly underline: boolean
  readonly inverse: boolean
  readonly hidden: boolean
  readonly strike: boolean
}

export const plainStyle: Style = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  hidden: false,
  strike: false,
}

const switches: Record<number, Partial<Style>> = {
  0: plainStyle,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  8: { hidden: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  28: { hidden: false },
  29: { strike: false },
  39: { fg: null },
  49: { bg: null },
}

/** The style after `CSI parameters m` (ECMA-48 8.3.117, colours as xterm). What it does not know changes nothing. */
export function select(style: Style, parameters: readonly number[]): Style {
  let next = style
  for (let at = 0; at < parameters.length; at++) {
    const code = parameters[at] ?? 0
    if (code === 38 || code === 48) {
      const { colour, used } = extended(parameters, at + 1)
      if (colour !== null) next = { ...next, [code === 38 ? 'fg' : 'bg']: colour }
      at += used
    } else next = { ...next, ...(switches[code] ?? basic(code)) }
  }
  return next
}

function basic(code: number): Partial<Style> {
  if (code >= 30 && code <= 37) return { fg: code - 30 }
  if (code >= 40 && code <= 47) return { bg: code - 40 }
  if (code >= 90 && code <= 97) return { fg: code - 90 + 8 }
  if (code >= 100 && code <= 107) return { bg: code - 100 + 8 }
  return {}
}

/** `5;N` or `2;R;G;B` after 38 or 48. */
function extended(
  parameters: readonly number[],
  at: number,
): { colour: number | string | null; used: number } {
  if (parameters[at] === 5) return { colour: within(parameters[at + 1]), used: 2 }
  if (parameters[at] !== 2) return { colour: null, used: 0 }
  const parts = parameters.slice(at + 1, at + 4).map(within)
  if (parts.length < 3) return { colour: null, used: parts.length + 1 }
  return { colour: `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`, used: 4 }
}

const within = (value = 0): number => Math.min(255, Math.max(0, value))
