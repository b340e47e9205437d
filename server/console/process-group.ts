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

/**
 * Ends the group or session that `leader` (a pid) leads: sends `first`, and SIGKILL to what is left after `graceMs`. Resolves when
 * nothing of it can be signalled any more, at the latest 1 s after SIGKILL (a process in uninterruptible sleep cannot be waited for).
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
  const deadline = performance.now() + withinMs
  while (groupsOf(request).some(isAlive)) {
    if (performance.now() >= deadline) return false
    await pause(pollMs)
  }
  return true
}

function signalAll(request: EndRequest, signal: NodeJS.Signals): void {
  for (const group of groupsOf(request)) trySignal(group, signal)
}

const isAlive = (group: number): boolean => trySignal(group, 0)

function trySignal(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal)
  } catch {
    // ESRCH: all gone. EPERM (macOS: only zombies left; or a program that changed its user): nothing more can be done about it.
    return false
  }
}

function groupsOf({ leader, scope }: EndRequest): number[] {
  return scope === 'group' ? [leader] : [...new Set([leader, ...sessionGroups(leader)])]
}

/** Process groups of a session, where there is a /proc of Linux (proc_pid_stat(5): fields 5 and 6 are group and session). */
function sessionGroups(session: number): number[] {
  if (process.platform !== 'linux') return []
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    const [state, , group, ofSession] = statFields(pid)
    return Number(ofSession) === session && state !== 'Z' ? [Number(group)] : []
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
