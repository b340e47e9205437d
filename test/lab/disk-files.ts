import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { firstPartition } from './boot-menu.ts'
import { run } from './run.ts'

/** The first partition of an overlay that nobody uses, read without mounting it. */
export interface DiskFiles {
  /** What this file holds. */
  read(path: string): Promise<string>
  /** All files and links below these folders, by their paths, each with a sum of what it holds. */
  sums(paths: string[]): Promise<Record<string, string>>
}

/** `folder` holds what is read meanwhile. */
export function diskFiles(overlay: string, folder: string): DiskFiles {
  const fetched = join(folder, 'fetched')
  async function fetch<T>(paths: string[], look: () => Promise<T>): Promise<T> {
    const raw = join(folder, 'read.img')
    await run('qemu-img', ['convert', '-O', 'raw', overlay, raw])
    for (const path of paths) await mkdir(join(fetched, dirname(path)), { recursive: true })
    const commands = paths.map((path) => `rdump ${path} ${join(fetched, dirname(path))}\n`).join('')
    await run('debugfs', ['-f', '-', `${raw}?offset=${await firstPartition(raw)}`], commands)
    try {
      return await look()
    } finally {
      await rm(raw)
      await rm(fetched, { recursive: true })
    }
  }
  return {
    read: (path) => fetch([path], () => readFile(join(fetched, path), 'utf8')),
    sums: (paths) => fetch(paths, () => sumsBelow(fetched)),
  }
}

async function sumsBelow(folder: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const at = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) continue
    const held = entry.isFile() ? await readFile(at) : entry.isSymbolicLink() ? await readlink(at) : ''
    sums[`/${relative(folder, at)}`] = createHash('sha256').update(held).digest('hex')
  }
  return sums
}
