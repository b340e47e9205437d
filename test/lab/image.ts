import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { buildDisk } from './image/disk.ts'
import { recipe } from './image/recipe.ts'
import { buildRoot } from './image/root-folder.ts'
import { withLock } from './lock.ts'
import { labFolder } from './paths.ts'
import { requireProgram } from './process.ts'

export interface LabImage {
  /** Raw disk image; never written to, machines run on overlays of it. */
  disk: string
  /** The same system as a folder, for chroot devices. */
  root: string
  rootPassword: string
}

/** What building needs on this machine; GRUB's tools come from inside the image. */
export const imagePrograms = ['debootstrap', 'mke2fs', 'chroot']

const recipeFolder = join(import.meta.dirname, 'image')

/**
 * The lab's Debian, built when the recipe has changed since the last time (a minute and a half), else at hand at once.
 * Builds into a temporary folder and renames it: an interrupted build leaves nothing that looks finished.
 */
export async function ensureImage(say: (what: string) => void = () => undefined): Promise<LabImage> {
  const images = join(labFolder(), 'images')
  const finished = join(images, await recipeKey())
  if (!existsSync(finished)) {
    requireMeans()
    await mkdir(images, { recursive: true })
    await withLock(join(images, 'lock'), () => build(finished, say))
  }
  return imageIn(finished)
}

export async function imageIsBuilt(): Promise<boolean> {
  return existsSync(join(labFolder(), 'images', await recipeKey()))
}

/** Removes images of former recipes and what interrupted builds left. Not while a machine runs on one of them. */
export async function pruneImages(): Promise<void> {
  const images = join(labFolder(), 'images')
  const current = await recipeKey()
  await withLock(join(images, 'lock'), async () => {
    for (const name of await readdir(images)) {
      // Layers on an image have its name before their own.
      if (!name.startsWith(current) && name !== 'lock')
        await rm(join(images, name), { recursive: true, force: true })
    }
  })
}

const imageIn = (folder: string): LabImage => ({
  disk: join(folder, 'disk.img'),
  root: join(folder, 'root'),
  rootPassword: recipe.rootPassword,
})

async function build(finished: string, say: (what: string) => void): Promise<void> {
  if (existsSync(finished)) return
  const unfinished = `${finished}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished)
  const { disk, root } = imageIn(unfinished)
  await buildRoot(root, say)
  say('disk with GRUB')
  await buildDisk(root, disk)
  await rename(unfinished, finished)
}

function requireMeans(): void {
  if (process.getuid?.() !== 0)
    throw new Error(
      'Building the lab image needs root (debootstrap and chroot do). Run `sudo scripts/lab build` once; running it needs none.',
    )
  for (const program of imagePrograms) requireProgram(program)
}

async function recipeKey(): Promise<string> {
  const entries = await readdir(recipeFolder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const file of files.toSorted())
    hash.update(`${relative(recipeFolder, file)}\0`).update(await readFile(file))
  return hash.digest('hex').slice(0, 12)
}
