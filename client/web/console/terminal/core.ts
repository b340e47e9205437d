import type { Terminal } from '@xterm/xterm'

/** What xterm.js (6.0) does behind its API. Who needs some of it says what it looks like. */
export const coreOf = <Core>(terminal: Pick<Terminal, 'buffer'>): Core =>
  (terminal as unknown as { _core: Core })._core
