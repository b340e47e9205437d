import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bootFiles, fatDisk, fatPrograms } from './boot-disk.ts'
import type { LabImage } from './image.ts'
import { run } from './run.ts'

export const syslinuxPrograms = ['syslinux', ...fatPrograms]

const modules = '/usr/lib/syslinux/modules/bios'

/** An entry that starts the lab's system. */
export const syslinuxEntry = (label: string, more = '', root = '/dev/vda1'): string => `LABEL ${label}
  LINUX /vmlinuz
  INITRD /initrd.img
  APPEND root=${root} ro console=tty0 console=ttyS0,115200n8 ${more}
`

/** A disk to start from, without partitions, in `folder`: SYSLINUX with its simple menu, the image's kernel, and this configuration. */
export async function syslinuxDisk(image: LabImage, folder: string, configuration: string): Promise<string> {
  const written = join(folder, 'syslinux.cfg')
  await writeFile(written, `SERIAL 0 115200\n${configuration}`)
  const { kernel, initrd } = await bootFiles(image)
  const disk = await fatDisk(join(folder, 'syslinux.img'), {
    vmlinuz: kernel,
    'initrd.img': initrd,
    'menu.c32': join(modules, 'menu.c32'),
    'libutil.c32': join(modules, 'libutil.c32'),
    'syslinux.cfg': written,
  })
  await run('syslinux', ['--install', disk])
  return disk
}
