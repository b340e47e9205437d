import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Whose end is meant: the leader's process group, or every group of its session (a shell's background jobs have their own). */
export type ProcessScope = 'group' | 'session'

/** How to end a program: the polite signal, how long to wait for it, and whom it reaches. */
export interface EndRequest {
  leader: number
  scope: ProcessScope
  first: NodeJS.Signals
  graceMs: number
}

const pollMs = 20
/** Programs mostly end within a few ms. Only for one that takes longer is it worth reading the whole of /proc. */
const closeLookAfterMs = 200

/**
 * Ends the group or session that `leader` (a pid) leads: sends `first`, and SIGKILL to what is left after `graceMs`. Resolves when
 * nothing of it runs any more, at the latest 1 s after SIGKILL (a process in uninterruptible sleep cannot be waited for).
 */
export async function endProcesses(request: EndRequest): Promise<void> {
  signalAll(request, request.first)
  // A stopped process would not see the signal before SIGKILL.
  signalAll(request, 'SIGCONT')
  if (await isGone(request, request.graceMs)) return
  signalAll(request, 'SIGKILL')
  await isGone(request, 1000)
}

async function isGone(request: EndRequest, withinMs: number): Promise<boolean> {
  const began = performance.now()
  for (;;) {
    const waited = performance.now() - began
    if (!isAlive(request, waited >= closeLookAfterMs)) return true
    if (waited >= withinMs) return false
    await pause(Math.min(Math.max(pollMs, waited / 5), 100))
  }
}

/** A group of zombies that nobody reaps (a container without init) can still be signalled; a close look knows better. */
function isAlive({ leader, scope }: EndRequest, closeLook: boolean): boolean {
  const signalled = trySignal(leader, 0)
  if (process.platform !== 'linux' || (scope === 'group' && !(signalled && closeLook))) return signalled
  return livingGroups(leader, scope).length > 0
}

function signalAll({ leader, scope }: EndRequest, signal: NodeJS.Signals): void {
  const groups = scope === 'group' ? [leader] : [leader, ...livingGroups(leader, scope)]
  for (const group of new Set(groups)) trySignal(group, signal)
}

function trySignal(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal)
  } catch {
    // ESRCH: all gone. EPERM: only programs of another user are left (sudo), about which nothing can be done.
    return false
  }
}

/** Process groups with a running member, from Linux's /proc (proc_pid_stat(5): fields 3, 5 and 6 are state, group and session). */
function livingGroups(leader: number, scope: ProcessScope): number[] {
  if (process.platform !== 'linux') return []
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    const [state, , group, session] = statFields(pid)
    const belongs = Number(scope === 'group' ? group : session) === leader
    return belongs && state !== 'Z' ? [Number(group)] : []
  })
}

function statFields(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
