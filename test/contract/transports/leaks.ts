import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'

/** What this process holds: handles of node by kind, open descriptors, running children. (The test itself has timers and requests.) */
function holdings() {
  const kinds = process.getActiveResourcesInfo().filter((kind) => kind.endsWith('Wrap') && !isRequest(kind))
  return { kinds: kinds.toSorted(), descriptors: descriptors(), children: children() }
}

const isRequest = (kind: string): boolean => /Req|Write|Connect|Shutdown/.test(kind)

function descriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0
}

function children(): number {
  if (process.platform !== 'linux') return 0
  const threads = readdirSync('/proc/self/task')
  const pids = threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' '),
  )
  return pids.filter((pid) => pid !== '').length
}

/** Notes what this process holds; what it returns waits until that is all it holds again. */
export async function leakCheck(): Promise<() => Promise<void>> {
  // What an earlier test let go of may still be on its way out.
  await expect.poll(() => process.getActiveResourcesInfo().filter((kind) => kind.includes('Req'))).toEqual([])
  const before = holdings()
  return () => expect.poll(holdings, { timeout: 10_000 }).toEqual(before)
}
