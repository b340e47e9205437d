import { existsSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bootFiles, fatDisk, fatPrograms } from './boot-disk.ts'
import type { LabImage } from './image.ts'
import { findProgram } from './process.ts'
import type { BootMedium } from './qemu.ts'
import { run } from './run.ts'

export type SyslinuxKind = 'SYSLINUX' | 'EXTLINUX' | 'ISOLINUX' | 'PXELINUX'

interface Kind {
  /** Where its configuration is looked for. */
  configuration: string
  /** Other files than the system's and the menu's, by their paths on it. */
  files: Record<string, string>
  programs: string[]
  /** Loop devices, and who may mount them. */
  mounts: boolean
  /** `folder` is empty, and stays. */
  make(files: Record<string, string>, folder: string): Promise<BootMedium>
}

const modules = '/usr/lib/syslinux/modules/bios'
const module = (name: string) => ({ [name]: join(modules, name) })

const kinds: Record<SyslinuxKind, Kind> = {
  SYSLINUX: {
    configuration: 'syslinux.cfg',
    files: {},
    programs: ['syslinux', ...fatPrograms],
    mounts: false,
    async make(files, folder) {
      const path = await fatDisk(join(folder, 'syslinux.img'), files)
      await run('syslinux', ['--install', path])
      return { kind: 'disk', path }
    },
  },
  EXTLINUX: {
    configuration: 'extlinux.conf',
    files: {},
    programs: ['extlinux', 'mke2fs', 'unshare', 'mount'],
    mounts: true,
    async make(files, folder) {
      const [path, mounted] = [join(folder, 'extlinux.img'), join(folder, 'mounted')]
      await mkdir(mounted)
      // With smaller blocks, which a small file system has by itself, it fails to read a kernel.
      const ext4 = ['-q', '-t', 'ext4', '-b', '4096', '-d', await filled(folder, files)]
      await run('mke2fs', [...ext4, path, '64M'])
      // Asks the file system for its blocks. What is mounted ends with the namespace.
      const install = 'mount --make-rprivate / && mount -o loop "$0" "$1" && extlinux --install "$1"'
      await run('unshare', ['--mount', 'sh', '-c', install, path, mounted])
      return { kind: 'disk', path }
    },
  },
  ISOLINUX: {
    configuration: 'isolinux.cfg',
    files: { 'isolinux.bin': '/usr/lib/ISOLINUX/isolinux.bin', ...module('ldlinux.c32') },
    programs: ['xorriso'],
    mounts: false,
    async make(files, folder) {
      const path = join(folder, 'isolinux.iso')
      const bootable = ['-b', 'isolinux.bin', '-c', 'boot.cat', '-no-emul-boot', '-boot-info-table']
      const args = ['-as', 'mkisofs', '-quiet', '-o', path, ...bootable, '-boot-load-size', '4']
      await run('xorriso', [...args, await filled(folder, files)])
      return { kind: 'cd', path }
    },
  },
  PXELINUX: {
    configuration: 'pxelinux.cfg/default',
    files: { 'pxelinux.0': '/usr/lib/PXELINUX/pxelinux.0', ...module('ldlinux.c32') },
    programs: [],
    mounts: false,
    make: async (files, folder) => ({ kind: 'network', path: await filled(folder, files) }),
  },
}

/** What it takes and is not here. */
export function syslinuxLacks(kind: SyslinuxKind): string[] {
  const { programs, files, mounts } = kinds[kind]
  const wanted = [
    join(modules, 'menu.c32'),
    ...Object.values(files),
    ...(mounts ? ['/dev/loop-control'] : []),
  ]
  return [
    ...programs.filter((name) => findProgram(name) === undefined),
    ...wanted.filter((path) => !existsSync(path)),
    ...(mounts && process.getuid?.() !== 0 ? ['root'] : []),
  ]
}

/** An entry that starts the lab's system. The kernel takes a busy emulator's timer for a broken one. */
export const syslinuxEntry = (label: string, more = '', root = '/dev/vda1'): string => `LABEL ${label}
  LINUX /vmlinuz
  INITRD /initrd.img
  APPEND root=${root} ro no_timer_check console=tty0 console=ttyS0,115200n8 ${more}
`

/** To start from, in `folder`: a loader of this kind with its simple menu, the image's kernel, and this configuration. */
export const syslinuxMedium =
  (kind: SyslinuxKind, configuration: string) =>
  async (image: LabImage, folder: string): Promise<BootMedium> => {
    const written = join(folder, 'loader.cfg')
    await writeFile(written, `SERIAL 0 115200\n${configuration}`)
    const { kernel, initrd } = await bootFiles(image)
    const shared = { vmlinuz: kernel, 'initrd.img': initrd, ...module('menu.c32'), ...module('libutil.c32') }
    const { files, make, configuration: at } = kinds[kind]
    return make({ ...shared, ...files, [at]: written }, folder)
  }

/** A folder in `folder` with these files. */
async function filled(folder: string, files: Record<string, string>): Promise<string> {
  const tree = join(folder, 'medium')
  for (const [path, from] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true })
    await copyFile(from, join(tree, path))
  }
  return tree
}
