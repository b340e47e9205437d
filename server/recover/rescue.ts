import type { Secret } from '../base/secret.ts'
import { Eyes } from '../operator/eyes.ts'
import type { Driver } from '../operator/jobs.ts'
import { Programs } from '../operator/program.ts'
import { QuietShell } from '../operator/quiet-shell.ts'
import { Stopped } from '../operator/stopped.ts'
import { deviceWords } from './password-program.ts'
import { rescuedMark, rescueProgram } from './rescue-program.ts'

const workMs = 120_000
/** A large machine tests its memory, and its system starts. */
const startMs = 900_000
const againMs = 500
/** Typed in the rescue shell: at once, without asking anything of the system (Documentation/admin-guide/sysrq.rst). */
export const restartNow = 'echo b >/proc/sysrq-trigger\r'

export type RescueEnd =
  | { at: 'set' }
  /** In the device's words. */
  | { at: 'refused'; why: string }
  /** The shell is of a system that has started. It was told nothing. */
  | { at: 'not-first' }

/**
 * Sets the new password from the rescue shell. Throws Stopped when nobody can say whether it did: the line died, or it was stopped; and
 * where the line shows what is typed. `begins` is called before the first of what changes it is typed.
 */
export async function rescue(
  { hands: { typist, cleaner } }: Driver,
  password: Secret,
  begins: () => void,
): Promise<RescueEnd> {
  const shell = await QuietShell.start(typist)
  try {
    // A prompt alone may be of a root whom a system that has started as always logs in unasked, or text that somebody printed.
    if ((await shell.ask('echo $PPID')) !== '1') {
      await shell.end()
      return { at: 'not-first' }
    }
    shell.demandUnseen()
    begins()
    const { output } = await new Programs(shell, typist).run({ text: rescueProgram(password), workMs })
    const said = output.toString('latin1')
    await shell.end()
    return said.endsWith(rescuedMark) ? { at: 'set' } : { at: 'refused', why: refusal(said) }
  } catch (error) {
    if (!typist.keyboard.stopped.aborted) await shell.interrupt(cleaner)
    throw error
  } finally {
    shell.release()
  }
}

/** Waits for the login prompt of a machine that starts, after typing what starts it. Throws Stopped when none comes. */
export async function awaitLogin({ hands: { typist, screen } }: Driver, typed = ''): Promise<void> {
  const eyes = new Eyes(typist, screen)
  try {
    await typist.type(Buffer.from(typed))
    await loginPrompt(eyes, typist)
  } finally {
    eyes.close()
  }
}

async function loginPrompt(eyes: Eyes, typist: Driver['hands']['typist']): Promise<void> {
  for (;;) {
    const { prompt, waited, heard } = await eyes.look()
    if (prompt.kind === 'login' && heard.includes('login:')) return
    if (waited > startMs) throw new Stopped('failed', 'The machine did not come to its login prompt in time.')
    await typist.heard(againMs)
  }
}

function refusal(said: string): string {
  const words = deviceWords(said, 300)
  return `The rescue shell could not set the password${words === '' ? '.' : `: ${words}.`}`
}
