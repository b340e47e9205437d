import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { requireProgram } from './process.ts'

/** A shell with the tools of its system, on a folder of its own. */
export interface Userland {
  /** A folder, as the shell names it. */
  folder: string
  /** The same place, as this process names it. */
  here: (path: string) => string
  /** What the shell prints of a program that comes on its standard input (latin1). */
  run: (program: string) => Promise<string>
  close: () => void
}

export interface UserlandKind {
  name: string
  open: () => Userland
}

/** Every shell that a device may have as sh, with Debian's tools; BusyBox with nothing but its own; dash with the fewest tools. */
export const userlands: UserlandKind[] = [
  ...['dash', 'bash', 'mksh', 'ksh93'].map((shell) => ({ name: shell, open: () => here([shell]) })),
  { name: 'zsh as sh', open: () => here(['zsh', '--emulate', 'sh']) },
  { name: 'BusyBox', open: busyBox },
  { name: 'dash with eight tools', open: sparse },
]

function here([shell = '', ...args]: string[]): Userland {
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-userland-'))
  const line = [requireProgram(shell), ...args]
  return { folder, here: (path) => path, run: runner(line), close: () => remove(folder) }
}

/** In a root folder of its own, so that no tool of the machine is found. */
function busyBox(): Userland {
  const root = mkdtempSync(join(tmpdir(), 'lifeline-busybox-'))
  mkdirSync(join(root, 'bin'))
  copyFileSync(requireProgram('busybox'), join(root, 'bin/busybox'))
  const { stdout } = spawnSync(requireProgram('busybox'), ['--list'], { encoding: 'utf8' })
  for (const applet of stdout.split('\n').filter((name) => name !== '' && name !== 'busybox')) {
    symlinkSync('busybox', join(root, 'bin', applet))
  }
  return within(root)
}

/** Tools that the program cannot do without. */
const fewest = ['dash', 'cat', 'tail', 'wc', 'grep', 'mkdir', 'chmod', 'ls', 'rm']

function sparse(): Userland {
  const root = mkdtempSync(join(tmpdir(), 'lifeline-sparse-'))
  mkdirSync(join(root, 'bin'))
  for (const tool of fewest) {
    const path = requireProgram(tool)
    copyFileSync(path, join(root, 'bin', tool === 'dash' ? 'sh' : basename(path)))
    for (const library of librariesOf(path)) {
      mkdirSync(join(root, dirname(library)), { recursive: true })
      copyFileSync(library, join(root, library))
    }
  }
  return within(root)
}

function within(root: string): Userland {
  for (const folder of ['dev', 'etc', 'box']) mkdirSync(join(root, folder))
  copyFileSync('/etc/passwd', join(root, 'etc/passwd'))
  spawnSync('mknod', ['-m', '666', join(root, 'dev/null'), 'c', '1', '3'])
  const line = [requireProgram('chroot'), root, '/bin/sh']
  return { folder: '/box', here: (path) => join(root, path), run: runner(line), close: () => remove(root) }
}

function librariesOf(path: string): string[] {
  const { stdout } = spawnSync(requireProgram('ldd'), [path], { encoding: 'utf8' })
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, library]) => library ?? [])
}

function runner([command = '', ...args]: string[]): Userland['run'] {
  const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  return (program) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, args, { env: { PATH, HOME: '/nowhere' }, stdio: ['pipe', 'pipe', 'pipe'] })
      let printed = ''
      let complaint = ''
      child.stdout.setEncoding('latin1').on('data', (text: string) => {
        printed += text
      })
      child.stderr.setEncoding('latin1').on('data', (text: string) => {
        complaint += text
      })
      child.once('error', reject)
      child.once('close', () => {
        if (complaint === '') resolve(printed)
        else reject(new Error(`It complained: ${complaint}`))
      })
      child.stdin.end(program)
    })
}

const remove = (folder: string) => rmSync(folder, { recursive: true, force: true })
