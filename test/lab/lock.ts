import { readFile, rm, writeFile } from 'node:fs/promises'
import { pollPause } from './ports.ts'

const lookAgainMs = 500

/** Runs `work` while no other process of this machine holds the lock; a lock whose process is gone is taken over. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await take(path))) await pollPause(lookAgainMs)
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const holder = Number(await readFile(path, 'utf8').catch(() => ''))
    // An empty file is a lock whose holder has not written its number yet.
    if (holder > 0 && !alive(holder)) await rm(path, { force: true })
    return false
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
