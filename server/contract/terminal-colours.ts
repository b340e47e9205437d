/**
 * The colours of the terminal, dark in both schemes of the page: programs choose theirs for a dark screen. Every one of them stands out
 * from the background by 4.5 to 1 at least, blue and bright black too, which are unreadable on many screens. The gateway names them to
 * programs that ask.
 */
export const terminalColours = {
  background: '#0b0e13',
  foreground: '#d6dce6',
  cursor: '#8ff0c4',
  black: '#0b0e13',
  red: '#ff7b72',
  green: '#5fd39b',
  yellow: '#e3b859',
  blue: '#79a8ff',
  magenta: '#d59bff',
  cyan: '#5fd0de',
  white: '#c5cdd9',
  brightBlack: '#7d8899',
  brightRed: '#ffa198',
  brightGreen: '#8ff0c4',
  brightYellow: '#f5d58a',
  brightBlue: '#a8c7ff',
  brightMagenta: '#e6c1ff',
  brightCyan: '#97e6f0',
  brightWhite: '#f4f7fb',
} as const
