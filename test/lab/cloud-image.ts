import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { buildDisk } from './image/disk.ts'
import { ensureImage, type LabImage } from './image.ts'
import { withLock } from './lock.ts'
import { run } from './run.ts'

/** Counts into the name of what is built: a change of the layer means another number. */
const layer = 1

/**
 * The lab's Debian with Debian's cloud-init on top of it: a layer, so that the machine of all other tests has no Python and no first boot
 * to pay for. Built when the image below is another one than last time.
 */
export async function ensureCloudImage(): Promise<LabImage> {
  const below = await ensureImage()
  const images = dirname(dirname(below.disk))
  const finished = join(images, `${basename(dirname(below.disk))}-cloud-${layer}`)
  if (!existsSync(finished)) await withLock(join(images, 'lock'), () => build(below, finished))
  return { ...below, disk: join(finished, 'disk.img'), root: join(finished, 'root') }
}

async function build(below: LabImage, finished: string): Promise<void> {
  if (existsSync(finished)) return
  const unfinished = `${finished}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished)
  const root = join(unfinished, 'root')
  await run('cp', ['-a', below.root, root])
  const inRoot = (command: string, args: string[]) => run('chroot', [root, command, ...args])
  // Names are resolved as they are here.
  await cp('/etc/resolv.conf', join(root, 'etc/resolv.conf'), { dereference: true })
  await inRoot('apt-get', ['update', '-qq'])
  await inRoot('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'cloud-init'])
  await inRoot('apt-get', ['clean'])
  await rm(join(root, 'var/lib/apt/lists'), { recursive: true, force: true })
  await buildDisk(root, join(unfinished, 'disk.img'))
  await rename(unfinished, finished)
}
