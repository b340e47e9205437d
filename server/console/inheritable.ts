import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'

/**
 * openpty(3) makes descriptors that every program started later inherits (no FD_CLOEXEC), and node can neither set the flag nor
 * close a descriptor in a child. A stranger's pty in a child would let it read another console, and keep that console's
 * program from noticing its end. So children get /dev/null at those numbers instead.
 */
const ptyMasters = new Set<{ fd: number }>()
let fromOurParent: readonly number[] | undefined

/** Says that children would inherit `fd`, until the function it returns is called: when `fd` was closed, or right before. */
export function markInheritable(fd: number): () => void {
  // An object of its own per call: the number may be another pty's by the time it is unmarked.
  const mark = { fd }
  ptyMasters.add(mark)
  return () => ptyMasters.delete(mark)
}

const masterNumbers = (): number[] => [...ptyMasters].map(({ fd }) => fd)

type Stdio = ('ignore' | 'pipe' | number)[]

/**
 * Calls `start` with a `stdio` list for child_process.spawn that gives the child nothing of this process: /dev/null as standard
 * input, output and error, and in the place of each descriptor it would inherit.
 */
export function withNothingInherited<T>(start: (stdio: Stdio) => T): T {
  const nothing = openSync('/dev/null', 'r+')
  try {
    const numbers = [...inheritedAtStart(), ...masterNumbers()]
    const stdio: Stdio = Array.from({ length: Math.max(3, ...numbers.map((fd) => fd + 1)) }, () => 'ignore')
    for (const fd of numbers) stdio[fd] = nothing
    return start(stdio)
  } finally {
    closeSync(nothing)
  }
}

/** What this process itself inherited and would pass on. Libuv closes everything by itself on other systems (POSIX_SPAWN_CLOEXEC_DEFAULT). */
function inheritedAtStart(): readonly number[] {
  if (process.platform !== 'linux') return []
  fromOurParent ??= readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd > 2 && !masterNumbers().includes(fd) && !closesOnExec(fd))
  return fromOurParent
}

function closesOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? '0'
    return (Number.parseInt(flags, 8) & 0o2000000) !== 0
  } catch {
    // Closed since the folder was read: it was the folder's own descriptor.
    return true
  }
}
