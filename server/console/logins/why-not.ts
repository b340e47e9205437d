import { AppError } from '../../base/errors.ts'
import { seenText } from '../plain-text.ts'
import type { Prompt } from '../prompts/prompt.ts'

export type Shell = Extract<Prompt, { kind: 'shell' }>

/** The shell's prompt, when that is what waits and nothing is typed at it. Throws AppError `no-prompt` that says what is there instead. */
export function demandShell(seen: Prompt): Shell {
  if (seen.kind !== 'shell') throw noPrompt(whatIsThere(seen))
  if (seen.typed !== '') {
    throw noPrompt(
      `Something is typed at the prompt already (${shown(seen.typed)}): run it, or clear it with Ctrl-C.`,
    )
  }
  if (seen.disturbed) {
    throw noPrompt('A message was printed into the prompt: press Enter for a fresh one.')
  }
  return seen
}

export function noPrompt(why: string): AppError {
  return new AppError('no-prompt', `Nothing was typed. ${why}`)
}

function whatIsThere(seen: Exclude<Prompt, { kind: 'shell' }>): string {
  switch (seen.kind) {
    case 'login':
      return 'The login prompt is there, so nobody is logged in: log in first.'
    case 'password':
      return 'A password is asked for: type it, or press Ctrl-C.'
    case 'sulogin':
      return 'Maintenance waits for root’s password or Enter: log in first.'
    case 'boot-loader':
      return 'A boot loader is on the screen: there is no shell before the system runs.'
    case 'firmware':
      return 'The firmware’s setup is on the screen: there is no shell before the system runs.'
    case 'pager':
      return 'A pager shows something: leave it with q.'
    case 'continuation':
      return 'The shell waits for the rest of a command: finish it, or press Ctrl-C.'
    case 'question':
      return `A question waits for its answer (${shown(seen.evidence)}): answer it first.`
    case 'program':
      return seen.wholeScreen
        ? 'A program has the whole screen: leave it first.'
        : `This is the prompt of another program (${shown(seen.evidence)}): leave it first.`
    case 'appliance':
      return `This does not look like the shell of a Unix (${shown(seen.evidence)}).`
    case 'unknown':
      return seen.evidence === ''
        ? 'No shell prompt is there; a program may be running. Wait for it, or press Enter for a prompt.'
        : `No shell prompt is there (the line reads ${shown(seen.evidence)}); a program may be running.`
  }
}

const most = 60

/** What the device printed, as a quotation that cannot be long nor turn what stands around it. */
function shown(printed: string): string {
  const text = seenText(printed)
  const short = text.length > most ? `…${text.slice(-most)}` : text
  return `“${short.replaceAll('\n', ' ')}”`
}
