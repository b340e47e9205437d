import { existsSync } from 'node:fs'
import { cp, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { replaceFile } from './boot-menu.ts'
import { ensureImage, type LabImage } from './image.ts'
import { withLock } from './lock.ts'
import { extentsStart, lvmHeader } from './lvm-header.ts'
import { run } from './run.ts'

/** Counts into the name of what is built: a change of this layer means another number. */
const layer = 1
const fileSystems = '/etc/fstab'

export const lvmRoot = '/dev/mapper/lab-root'

/**
 * The lab's Debian with its root on a logical volume, and the initrd that Debian's lvm2 makes for it: a layer, since only this needs
 * lvm2. The disk is the one below with another beginning: its partition starts where LVM's first extent does. Nothing on it can boot.
 */
export async function ensureLvmImage(): Promise<LabImage> {
  const below = await ensureImage()
  const images = dirname(dirname(below.disk))
  const finished = join(images, `${basename(dirname(below.disk))}-lvm-${layer}`)
  if (!existsSync(finished)) await withLock(join(images, 'lock'), () => build(below, finished))
  return { ...below, ...parts(finished) }
}

const parts = (folder: string) => ({ disk: join(folder, 'disk.img'), root: join(folder, 'root') })

async function build(below: LabImage, finished: string): Promise<void> {
  if (existsSync(finished)) return
  const unfinished = `${finished}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished)
  const { disk, root } = parts(unfinished)
  await run('cp', ['-a', below.root, root])
  const inRoot = (command: string, args: string[]) => run('chroot', [root, command, ...args])
  // Names are resolved as they are here.
  await cp('/etc/resolv.conf', join(root, 'etc/resolv.conf'), { dereference: true })
  await inRoot('apt-get', ['update', '-qq'])
  // Makes the initrd anew.
  await inRoot('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'lvm2'])
  await buildLvmDisk(below, disk)
  await rename(unfinished, finished)
}

async function buildLvmDisk(below: LabImage, disk: string): Promise<void> {
  await run('cp', ['--sparse=always', '--reflink=auto', below.disk, disk])
  const file = await open(disk, 'r+')
  try {
    await file.write(lvmHeader((await file.stat()).size), 0, extentsStart, 0)
  } finally {
    await file.close()
  }
  const text = (await readFile(join(below.root, fileSystems), 'utf8')).replace('/dev/vda1', lvmRoot)
  await replaceFile({ disk, offset: extentsStart, path: fileSystems, text })
}
