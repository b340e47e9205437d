import { terminalColours } from '../../../server/contract/terminal-colours.ts'

/** The theme of xterm.js: the terminal's colours, and how it shows what is marked. */
export const ansi = { ...terminalColours, cursorAccent: '#0b0e13', selectionBackground: '#34508a99' }
