import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LabImage } from './image.ts'
import { run } from './run.ts'

export const syslinuxPrograms = ['syslinux', 'mkfs.vfat', 'mcopy']

const modules = '/usr/lib/syslinux/modules/bios'

/** An entry that starts the lab's system. */
export const syslinuxEntry = (label: string, more = '', root = '/dev/vda1'): string => `LABEL ${label}
  LINUX /vmlinuz
  INITRD /initrd.img
  APPEND root=${root} ro console=tty0 console=ttyS0,115200n8 ${more}
`

/** A disk to start from, without partitions, in `folder`: SYSLINUX on FAT with its simple menu, the image's kernel, and this configuration. */
export async function syslinuxDisk(image: LabImage, folder: string, configuration: string): Promise<string> {
  const disk = join(folder, 'syslinux.img')
  const written = join(folder, 'syslinux.cfg')
  await writeFile(written, `SERIAL 0 115200\n${configuration}`)
  await run('mkfs.vfat', ['-C', '-F', '16', '-n', 'BOOT', disk, '32768'])
  const boot = join(image.root, 'boot')
  const names = await readdir(boot)
  const named = (prefix: string) => join(boot, names.find((name) => name.startsWith(prefix)) ?? prefix)
  const copy = (from: string, to: string) => run('mcopy', ['-i', disk, from, `::/${to}`])
  await copy(named('vmlinuz-'), 'vmlinuz')
  await copy(named('initrd.img-'), 'initrd.img')
  await copy(join(modules, 'menu.c32'), 'menu.c32')
  await copy(join(modules, 'libutil.c32'), 'libutil.c32')
  await copy(written, 'syslinux.cfg')
  await run('syslinux', ['--install', disk])
  return disk
}
