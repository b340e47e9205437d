import type { ProgramEnd } from './pty.ts'

/** How a program ended and what that suggests, as the end of a sentence that begins with its name. */
export function inWords({ code, signal }: ProgramEnd): string {
  if (signal !== null) return `was ended by the signal ${signal}.`
  if (code === 0) return 'ended by itself (exit code 0).'
  return `ended with exit code ${code ?? 'unknown'}. What it printed last is in the history.`
}
