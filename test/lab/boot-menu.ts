import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LabImage } from './image.ts'
import { run } from './run.ts'

const path = '/boot/grub/grub.cfg'

/** A copy of the image's disk in `folder`, with another grub.cfg and else the same. Takes a second. */
export async function diskWithMenu(
  image: LabImage,
  folder: string,
  change: (menu: string) => string,
): Promise<string> {
  const disk = join(folder, 'disk.img')
  await run('cp', ['--sparse=always', '--reflink=auto', image.disk, disk])
  const text = change(await readFile(join(image.root, path), 'utf8'))
  await replaceFile({ disk, offset: await firstPartition(disk), path, text })
  return disk
}

interface Replacement {
  disk: string
  /** Where its ext4 begins, in bytes. */
  offset: number
  path: string
  text: string
}

/** Another text for a file of a disk that nobody uses, without mounting it. */
export async function replaceFile({ disk, offset, path, text }: Replacement): Promise<void> {
  const written = `${disk}.written`
  await writeFile(written, text)
  const commands = `rm ${path}\nwrite ${written} ${path}\n`
  await run('debugfs', ['-w', '-f', '-', `${disk}?offset=${offset}`], commands)
  await rm(written)
}

/** Where it begins, in bytes: the first entry of a DOS partition table, in sectors. */
export async function firstPartition(disk: string): Promise<number> {
  const file = await open(disk)
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 446 + 8)
    return buffer.readUInt32LE(0) * 512
  } finally {
    await file.close()
  }
}
