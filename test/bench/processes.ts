import { readdirSync, readFileSync } from 'node:fs'
import { sum } from './results.ts'

/** Memory of a process and of all that it has started, bytes: each page counts by its share (proc(5), Pss in smaps_rollup). */
export function memoryOf(pid: number): number {
  const kib = familyOf(pid).map((member) =>
    Number(/^Pss:\s+(\d+) kB$/m.exec(proc(member, 'smaps_rollup'))?.[1]),
  )
  return sum(kib.filter(Number.isFinite)) * 1024
}

/**
 * Seconds of a core that a process and all that it has started have had so far, in the kernel too, of those of their threads that are still
 * there (Documentation/scheduler/sched-stats.rst, /proc/<pid>/schedstat). The ticks of proc(5) are whole ones for each process: with 64 of them a
 * tenth of what they used was missing.
 */
export function cpuOf(pid: number): number {
  const nanoseconds = familyOf(pid).flatMap((member) =>
    threadsOf(member).map((thread) => Number(proc(member, `task/${thread}/schedstat`).split(' ')[0])),
  )
  return sum(nanoseconds.filter(Number.isFinite)) / 1e9
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function familyOf(pid: number): number[] {
  const everybody = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
  const children = Map.groupBy(everybody, (member) =>
    Number(/^PPid:\s+(\d+)$/m.exec(proc(member, 'status'))?.[1]),
  )
  const family = [pid]
  for (const member of family) family.push(...(children.get(member) ?? []))
  return family
}

/** Empty for a process that has ended meanwhile. */
function proc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}
