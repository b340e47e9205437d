import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { LabImage } from './image.ts'
import { run } from './run.ts'

export const fatPrograms = ['mkfs.vfat', 'mmd', 'mcopy']

/** A disk without partitions: FAT with these files, by their paths on it. Nothing is mounted. */
export async function fatDisk(disk: string, files: Record<string, string>): Promise<string> {
  await run('mkfs.vfat', ['-C', '-F', '16', '-n', 'BOOT', disk, '49152'])
  const folders = new Set<string>()
  for (const [path, from] of Object.entries(files)) {
    for (const folder of foldersOf(path).filter((name) => !folders.has(name))) {
      await run('mmd', ['-i', disk, `::/${folder}`])
      folders.add(folder)
    }
    await run('mcopy', ['-i', disk, from, `::/${path}`])
  }
  return disk
}

/** Outermost first. */
function foldersOf(path: string): string[] {
  const folder = dirname(path)
  return folder === '.' ? [] : [...foldersOf(folder), folder]
}

/** The kernel that an image starts, and its initrd. */
export async function bootFiles({
  root,
}: Pick<LabImage, 'root'>): Promise<{ kernel: string; initrd: string }> {
  const boot = join(root, 'boot')
  const names = await readdir(boot)
  const named = (prefix: string) => join(boot, names.find((name) => name.startsWith(prefix)) ?? prefix)
  return { kernel: named('vmlinuz-'), initrd: named('initrd.img-') }
}
