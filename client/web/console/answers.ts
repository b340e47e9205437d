type Handler<T extends unknown[]> = (...args: T) => boolean

/** As much of a terminal's parser as is used here (xterm's `terminal.parser`). */
export interface QueryParser {
  registerCsiHandler(id: Sequence, handler: Handler<[]>): unknown
  registerDcsHandler(id: Sequence, handler: Handler<[]>): unknown
  registerEscHandler(id: { final: string }, handler: Handler<[]>): unknown
  registerOscHandler(id: number, handler: (data: string) => boolean): unknown
}

interface Sequence {
  prefix?: string
  intermediates?: string
  final: string
}

/** Control sequences that ask the terminal something (xterm's ctlseqs; DEC STD 070), those that xterm.js does not know yet too. */
const csiQueries: readonly Sequence[] = [
  { final: 'n' }, // DSR: status, cursor position
  { prefix: '?', final: 'n' }, // DECDSR, colour scheme
  { prefix: '>', final: 'n' },
  { final: 'c' }, // DA1
  { prefix: '>', final: 'c' }, // DA2
  { prefix: '=', final: 'c' }, // DA3
  { final: 'x' }, // DECREQTPARM
  { final: 't' }, // sizes, titles; nothing else of it is for a page
  { intermediates: '$', final: 'p' }, // DECRQM
  { prefix: '?', intermediates: '$', final: 'p' },
  { prefix: '>', final: 'q' }, // XTVERSION
  { prefix: '?', final: 'u' }, // kitty keyboard
  { prefix: '>', final: 'm' }, // XTQMODKEYS and what it would change
  { prefix: '?', final: 'm' },
  { prefix: '?', final: 'S' }, // XTSMGRAPHICS
  { intermediates: '*', final: 'y' }, // DECRQCRA
  { intermediates: '$', final: 'u' }, // DECRQTSR
  { intermediates: '$', final: 'w' }, // DECRQPSR
  { intermediates: '&', final: 'u' }, // DECRQUPSS
  { intermediates: '"', final: 'v' }, // DECRQDE
  { intermediates: '#', final: 'R' }, // XTREPORTCOLORS
  { intermediates: '#', final: '|' }, // XTREPORTSGR
  { intermediates: "'", final: '|' }, // DECRQLP
]

const dcsQueries: readonly Sequence[] = [
  { intermediates: '$', final: 'q' }, // DECRQSS
  { intermediates: '+', final: 'q' }, // XTGETTCAP
  { intermediates: '+', final: 'Q' },
]

/** OSC that set a colour, or ask for it where their text has a `?`: palette, special colours, foreground to highlight, kitty's. */
const oscColours = [4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21]
/** OSC 52 hands over the clipboard. */
const oscAlways = [52]

/**
 * Exactly one terminal answers, and it is the gateway's: whatever asks is swallowed here. An answer of this page would be typed into the
 * device, once for each page that watches, and again at each replay.
 */
export function swallowQueries(parser: QueryParser): void {
  for (const query of csiQueries) parser.registerCsiHandler(query, () => true)
  for (const query of dcsQueries) parser.registerDcsHandler(query, () => true)
  for (const colour of oscColours) parser.registerOscHandler(colour, (data) => data.split(';').includes('?'))
  for (const secret of oscAlways) parser.registerOscHandler(secret, () => true)
  parser.registerEscHandler({ final: 'Z' }, () => true) // DECID
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins both reports
const focusReport = /^\u001b\[[IO]$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const mouseReport = /^\u001b\[<\d+;\d+;\d+[Mm]$/

/** What a terminal hands out as typed: keys, or something that no key makes. */
export type Typed = 'keys' | 'focus' | 'mouse'

/**
 * Tells reports from keys. Mode 1004 (focus) may come among other modes in one sequence, so that it cannot be swallowed before it works;
 * no key makes its reports. The mouse moves by itself: it must not take the lock.
 */
export function kindOfInput(data: string): Typed {
  if (focusReport.test(data)) return 'focus'
  return mouseReport.test(data) ? 'mouse' : 'keys'
}
