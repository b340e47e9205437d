import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../server/base/clock.ts'
import { openPty } from '../../../server/console/pty.ts'
import { type Keyboard, Typist } from '../../../server/operator/typist.ts'

/** Login shells that people have: name, command, and what ends their prompt. */
export const shells: [string, [string, ...string[]], RegExp][] = [
  ['dash', ['/bin/dash', '-i'], /\$ $/],
  ['BusyBox ash', ['/bin/busybox', 'ash', '-i'], /[$#] /],
  ['bash', ['/bin/bash', '--norc', '-i'], /\$ $|# $/],
  ['mksh', ['/bin/mksh', '-i'], /\$ $|# $/],
  ['zsh', ['/bin/zsh', '-f', '-i'], /[%#$] /],
  ['fish', ['/usr/bin/fish', '-i'], /[>#] /],
  ['tcsh', ['/bin/tcsh', '-f', '-i'], /[>#%] /],
]

export interface ShellDesk {
  typist: Typist
  folder: string
  /** Everything printed so far. */
  printed(): string
  /** Bytes that were typed and reached the shell. */
  typed: number[]
  /** Waits for a text that has not been printed yet, or has. */
  sees(text: string | RegExp): Promise<void>
  stop(why: unknown): void
  /** A keyboard that nobody has stopped. */
  cleaner: Typist
  close(): Promise<void>
}

export interface DeskOptions {
  /** What becomes of the bytes on their way to the shell. */
  line?: (bytes: Uint8Array) => Uint8Array
  /** Of the line, each way; unlimited by itself. */
  bytesPerSecond?: number
  /** What the kernel prints between, twenty times. */
  noise?: string
}

/** A real shell on a pty, at its prompt. */
export async function openShell(argv: [string, ...string[]], options: DeskOptions = {}): Promise<ShellDesk> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-operator-'))
  const { line = (bytes) => bytes, bytesPerSecond = 1_000_000 } = options
  let printed = Buffer.alloc(0)
  const typed: number[] = []
  const listeners = new Set<(bytes: Uint8Array) => void>()
  const tell = (bytes: Uint8Array): void => {
    printed = Buffer.concat([printed, bytes])
    for (const hear of [...listeners]) hear(bytes)
  }
  const output = slowly(bytesPerSecond, tell)
  const pty = await openPty({
    argv,
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', HOME: folder, TERM: 'vt102', PS1: '$ ', LANG: 'C.UTF-8' },
    cwd: folder,
    mode: 'cooked',
    scope: 'session',
    // The memory of what was read is used again.
    data: (bytes) => output(Buffer.from(bytes)),
    ended: () => undefined,
  })
  const ending = new AbortController()
  const input = slowly(bytesPerSecond, (bytes) => pty.write(bytes))
  let written = 0
  const keyboard = (stopped: AbortSignal): Keyboard => ({
    clock: systemClock,
    rate: { bytesPerSecond: 32_768, known: false },
    stopped,
    write(bytes) {
      const arrived = line(Buffer.from(bytes))
      typed.push(...arrived)
      input(arrived)
      if (options.noise !== undefined && ++written % 10 === 0 && written <= 200) {
        output(Buffer.from(options.noise))
      }
    },
    listen(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  })
  return {
    typist: new Typist(keyboard(ending.signal)),
    cleaner: new Typist(keyboard(new AbortController().signal)),
    folder,
    typed,
    printed: () => printed.toString('latin1'),
    sees: (text) =>
      new Promise((resolve) => {
        const look = (): boolean => {
          const all = printed.toString('latin1')
          return typeof text === 'string' ? all.includes(text) : text.test(all)
        }
        if (look()) return resolve()
        const hear = (): void => {
          if (!look()) return
          listeners.delete(hear)
          resolve()
        }
        listeners.add(hear)
      }),
    stop: (why) => ending.abort(why),
    async close() {
      await pty.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Passes bytes on in their order, no faster than a line of that speed. */
function slowly(bytesPerSecond: number, pass: (bytes: Uint8Array) => void): (bytes: Uint8Array) => void {
  let free = 0
  return (bytes) => {
    free = Math.max(free, performance.now()) + (bytes.length * 1000) / bytesPerSecond
    const wait = free - performance.now()
    if (wait < 1 && bytesPerSecond >= 1_000_000) pass(bytes)
    else setTimeout(() => pass(bytes), wait)
  }
}
