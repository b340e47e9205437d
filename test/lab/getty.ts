import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPty, type Pty } from '../../server/console/pty.ts'
import { inNamespaceOf } from './namespace.ts'

/** A machine's getty and login, real ones, on a pty: its own `/etc`, `/root`, `/run` and logs over this machine's programs. */
export interface LabGetty {
  /** Home of root there. */
  root: string
  write(bytes: Uint8Array): void
  /** Everything printed from now on; the function returned ends it. */
  listen(hear: (bytes: Uint8Array) => void): () => void
  /** Its processes, each with its arguments. */
  processes(): Promise<string[]>
  /** What a shell prints in its view of the file system. */
  sh(script: string): string
  close(): Promise<void>
}

export interface GettyOptions {
  /** sulogin(8) is what a machine that cannot go on booting has there. */
  getty?: 'agetty' | 'busybox' | 'sulogin'
  /** Login shell of root: a path, or `ash` for BusyBox's. */
  shell?: string
  /** Password of root, as chpasswd(8) takes it. */
  password: string
  /** Run with sh in the machine before the getty starts. */
  prepare?: string
}

/** Why there can be none here; undefined when there can. */
export function gettyNeeds(): string | undefined {
  if (process.getuid?.() !== 0) return 'root'
  if (spawnSync('unshare', ['--mount', '--pid', '--fork', '--mount-proc', 'true']).status !== 0)
    return 'namespaces'
  return undefined
}

export async function startGetty(options: GettyOptions): Promise<LabGetty> {
  const { getty = 'agetty', shell = '/bin/bash', password, prepare = '' } = options
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-getty-'))
  const root = join(folder, 'root')
  await mkdir(root)
  await chmod(folder, 0o711)
  const script = join(folder, 'machine')
  await writeFile(join(folder, 'password'), `root:${password}\n`, { mode: 0o600 })
  await writeFile(script, machine({ folder, shell, prepare, getty: gettys[getty] }))
  const listeners = new Set<(bytes: Uint8Array) => void>()
  const pty: Pty = await openPty({
    argv: ['unshare', '--mount', '--pid', '--fork', '--uts', '--mount-proc', 'sh', script],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TERM: 'vt102' },
    cwd: '/',
    mode: 'cooked',
    scope: 'session',
    data: (bytes) => {
      // The memory of what was read is used again.
      const copy = Buffer.from(bytes)
      for (const hear of [...listeners]) hear(copy)
    },
    ended: () => undefined,
  })
  return {
    root,
    write: (bytes) => pty.write(bytes),
    listen(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
    async processes() {
      const { stdout } = spawnSync('ps', ['-eo', 'pidns,args', '--no-headers'], { encoding: 'utf8' })
      const listed = stdout.split('\n').map((line) => line.trim())
      // What runs the script is of the machine; what started that is not.
      const ours = listed.find((line) => /^\d+ sh /.test(line) && line.endsWith(script))?.split(' ')[0]
      return ours === undefined ? [] : listed.filter((line) => line.startsWith(`${ours} `))
    },
    sh(line) {
      const { stdout } = spawnSync('ps', ['-eo', 'pid,args', '--no-headers'], { encoding: 'utf8' })
      const [, pid = ''] = new RegExp(`^ *(\\d+) sh ${script}$`, 'm').exec(stdout) ?? []
      return inNamespaceOf(pid, line)
    },
    async close() {
      await pty.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const gettys = {
  agetty: 'agetty --keep-baud --noclear - 115200 vt102',
  busybox: 'busybox getty -L -l "$M/login" 115200 - vt102',
  sulogin: 'sulogin',
}

function machine({
  folder,
  shell,
  prepare,
  getty,
}: {
  folder: string
  shell: string
  prepare: string
  getty: string
}): string {
  return `set -e
M=${folder}
mount --make-rprivate /
mkdir "$M/etc" "$M/run" "$M/log"
cp -a /etc/. "$M/etc/"
mount --bind "$M/etc" /etc
mount --bind "$M/root" /root
mount --bind "$M/run" /run
mount --bind "$M/log" /var/log
: >/var/log/wtmp; : >/var/log/lastlog; : >/run/utmp; : >/var/log/btmp
rm -f /etc/nologin
sed -i 's/pam_faildelay.so *delay=[0-9]*/pam_faildelay.so delay=100000/' /etc/pam.d/login
chpasswd -c SHA512 <"$M/password"
rm "$M/password"
ln -s /bin/busybox "$M/ash"
usermod -s ${shell === 'ash' ? '"$M/ash"' : shell} root
hostname lab
printf '#!/bin/sh\\nexec /bin/busybox login "$@"\\n' >"$M/login"
chmod 755 "$M/login"
${prepare}
trap : INT QUIT
while stty >/dev/null 2>&1; do setsid --ctty --wait ${getty} || :; done
`
}
