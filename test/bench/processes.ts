import { readdirSync, readFileSync } from 'node:fs'

/** Memory of a process and of all that it has started, bytes: each page counts by its share (proc(5), Pss in smaps_rollup). */
export function memoryOf(pid: number): number {
  const kib = familyOf(pid).map((member) =>
    Number(/^Pss:\s+(\d+) kB$/m.exec(proc(member, 'smaps_rollup'))?.[1]),
  )
  return sum(kib) * 1024
}

/** Ticks in which Linux counts a process's time, per second: the same on every architecture (times(2), USER_HZ). */
const ticks = 100

/** Seconds of a core that a process and all that it has started have had so far, in the kernel too (proc(5), stat). */
export function cpuOf(pid: number): number {
  const used = familyOf(pid).map((member) => {
    // Fields from the third on: the second is a name that may hold anything but ends with the last parenthesis.
    const fields = proc(member, 'stat').split(') ').at(-1)?.split(' ') ?? []
    return Number(fields[11]) + Number(fields[12])
  })
  return sum(used) / ticks
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

function sum(numbers: number[]): number {
  return numbers.filter(Number.isFinite).reduce((total, number) => total + number, 0)
}
