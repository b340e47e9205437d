import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../run.ts'
import { debianMirror } from './mirror.ts'
import { recipe } from './recipe.ts'

const overlay = join(import.meta.dirname, 'overlay')

/** Fills `root` with the lab's Debian, ready to be packed into a disk or used under chroot. Takes about a minute. */
export async function buildRoot(root: string, say: (what: string) => void): Promise<{ kernel: string }> {
  const mirror = await debianMirror(recipe.suite)
  say(`Debian ${recipe.suite} from ${mirror}`)
  const include = `--include=${recipe.packages.join(',')}`
  const { suite, architecture } = recipe
  await run('debootstrap', ['--variant=minbase', `--arch=${architecture}`, include, suite, root, mirror])

  say('settings, boot menu, small initrd')
  await cp(overlay, root, { recursive: true })
  const kernel = await installedKernel(root)
  await fillBootMenu(root, kernel)
  const inRoot = (command: string, args: string[], input?: string) =>
    run('chroot', [root, command, ...args], input)
  await inRoot('chpasswd', [], `root:${recipe.rootPassword}\n`)
  await inRoot('systemctl', ['mask', ...recipe.maskedUnits])
  await inRoot('systemctl', ['enable', ...recipe.enabledUnits])
  await inRoot('update-initramfs', ['-u', '-k', kernel])
  await inRoot('apt-get', ['clean'])
  await rm(join(root, 'var/lib/apt/lists'), { recursive: true, force: true })
  return { kernel }
}

async function installedKernel(root: string): Promise<string> {
  const names = await readdir(join(root, 'boot'))
  const image = names.find((name) => name.startsWith('vmlinuz-'))
  if (image === undefined) throw new Error(`debootstrap left no kernel in ${root}/boot.`)
  return image.slice('vmlinuz-'.length)
}

async function fillBootMenu(root: string, kernel: string): Promise<void> {
  const path = join(root, 'boot/grub/grub.cfg')
  const menu = await readFile(path, 'utf8')
  await writeFile(path, menu.replaceAll('@KERNEL@', kernel))
}
