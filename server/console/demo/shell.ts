import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programEnvironment } from '../environment.ts'
import { openPty, type Pty } from '../pty.ts'

export interface ShellEvents {
  data: (bytes: Uint8Array) => void
  /** The shell ended by itself; its home is gone. */
  ended: () => void
}

export type StartShell = (events: ShellEvents) => Promise<Pick<Pty, 'write' | 'drained' | 'close'>>

/** Around the shell, so that its home goes as well when the gateway is killed: then the terminal hangs up, and this lives on for a moment. */
const shellThenCleanUp = `trap : HUP
/bin/sh
cd / && rm -rf -- "$1"`

/**
 * The machine's own shell, as the gateway's user, in a home of its own that is removed when it ends. It gets nothing of the gateway:
 * no environment, no open files. Rejects with LinkError or a system error when it cannot be started.
 */
export const startShell: StartShell = async (events) => {
  const home = await mkdtemp(join(tmpdir(), 'lifeline-demo-'))
  const removeHome = () => rm(home, { recursive: true, force: true, maxRetries: 3 })
  const ended = () => void removeHome().then(events.ended, events.ended)
  try {
    const pty = await openPty({
      argv: ['/bin/sh', '-c', shellThenCleanUp, 'sh', home],
      // A shell of POSIX expands its prompt, so this shows the folder one is in.
      env: { ...programEnvironment(home), PS1: `root@lifeline-demo:\${PWD##*/}# ` },
      cwd: home,
      mode: 'cooked',
      scope: 'session',
      data: events.data,
      ended,
    })
    return {
      write: (bytes) => pty.write(bytes),
      drained: () => pty.drained(),
      async close() {
        await pty.close()
        await removeHome().catch(() => {})
      },
    }
  } catch (error) {
    await removeHome()
    throw error
  }
}
