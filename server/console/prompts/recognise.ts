import type { ScreenView } from '../screen/screen.ts'
import { bootScreen, editedEntry, loaderLine } from './boot-loaders.ts'
import { type CursorLine, cursorLine } from './cursor-line.ts'
import { loginPrompt, passwordPrompt, suloginPrompt } from './logins.ts'
import { appliancePrompt, interpreterPrompt, pagerPrompt } from './programs.ts'
import type { Prompt } from './prompt.ts'
import { shellPrompt } from './shells.ts'

/**
 * What waits at the cursor of a screen on which nothing has been printed for a moment. Pure. It looks at the line of the cursor first:
 * what stands elsewhere (`Last login:`, an init message about a login, a prompt that was answered) waits for nobody.
 */
export function recognise(view: ScreenView): Prompt {
  const own = cursorLine(view, false)
  const pager = pagerPrompt(own, view.cursor.row === view.size.rows - 1)
  if (pager !== undefined) return pager
  if (view.alternate) return { kind: 'program', wholeScreen: true, evidence: 'the alternate screen' }
  const joined = cursorLine(view, true)
  return (
    editedEntry(view) ??
    linePrompt(joined) ??
    (joined.before === own.before ? undefined : linePrompt(own)) ??
    bootScreen(view) ?? { kind: 'unknown', evidence: own.before.trim() }
  )
}

function linePrompt(line: CursorLine): Prompt | undefined {
  return (
    suloginPrompt(line) ??
    loginPrompt(line) ??
    passwordPrompt(line) ??
    loaderLine(line) ??
    interpreterPrompt(line) ??
    appliancePrompt(line) ??
    shellPrompt(line)
  )
}
