import type { Console } from '../console/console.ts'
import type { Prompt } from '../console/prompts/prompt.ts'
import { recognise } from '../console/prompts/recognise.ts'
import { Stopped } from './stopped.ts'

/** What ends the prompts of shells that people dress up. */
export const promptEnd = /[$#%>»❯➜λ]\s*$/u

/**
 * Throws Stopped, with what to do, unless the console may stand at the empty prompt of a shell: what is typed elsewhere would be taken
 * for a user name, a password, or the rest of somebody's command. Where there is no screen to look at, the shell has to prove itself.
 */
export async function demandShellPrompt(console: Pick<Console, 'screen'>): Promise<void> {
  const view = await console.screen()
  if (view === undefined) return
  const why = refusal(recognise(view))
  if (why !== undefined) throw new Stopped('failed', `${why} Nothing was typed.`)
}

function refusal(prompt: Prompt): string | undefined {
  switch (prompt.kind) {
    case 'shell':
      return prompt.typed === ''
        ? undefined
        : 'Something stands at the shell’s prompt already. Run it or clear it (Ctrl-U) first.'
    case 'login':
    case 'password':
    case 'sulogin':
      return 'The console waits for a login. Log in first.'
    case 'continuation':
      return 'The shell waits for the rest of a command. Press Ctrl-C first.'
    case 'unknown':
      return promptEnd.test(prompt.evidence)
        ? undefined
        : 'No shell prompt is seen on the console. Leave what runs there, or press Enter, so that the prompt stands on the last line.'
    default:
      return 'The console shows something that is no Unix shell. Leave it first, so that a shell’s prompt stands on the last line.'
  }
}
