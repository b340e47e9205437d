import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LabAccount } from './account.ts'
import { inNamespaceOf } from './namespace.ts'
import { pollPause } from './ports.ts'
import { requireProgram, startProcess } from './process.ts'
import { makeKey } from './ssh-keys.ts'

/** Many sshd, each with a home folder of its own for one account, and all with one host key. */
export interface SshdFleet {
  port: number
  fingerprint: string
  addresses: string[]
  /** The account's home on a machine. */
  home(address: string): string
  /** What a shell prints in a machine's view of the file system. */
  sh(address: string, script: string): string
  close(): Promise<void>
}

export interface SshdFleetOptions {
  count: number
  port: number
  /** Run with sh in each machine before its sshd starts, by the machine's place. */
  prepare?: (at: number) => string
}

export async function startSshdFleet(
  account: LabAccount,
  { count, port, prepare = () => '' }: SshdFleetOptions,
): Promise<SshdFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-fleet-'))
  await chmod(folder, 0o711)
  const { fingerprint } = await makeKey({ path: join(folder, 'host'), type: 'ed25519' })
  const addresses = Array.from({ length: count }, (_, at) => `127.0.1.${at + 1}`)
  const home = (address: string) => join(folder, address)
  await mkdir('/run/sshd', { recursive: true })
  await writeFile(join(folder, 'config'), configuration(folder, port))
  for (const [at, address] of addresses.entries())
    await writeFile(join(folder, `${address}.prepare`), prepare(at))
  await writeFile(join(folder, 'start'), script(folder, account, addresses))
  const fleet = await startProcess({ command: 'sh', args: [join(folder, 'start')] })
  const up = () => fleet.output().split('listening on').length > count
  while (!up()) await pollPause()
  return {
    port,
    fingerprint,
    addresses,
    home,
    sh: (address, script) =>
      inNamespaceOf(readFileSync(join(folder, `${address}.pid`), 'utf8').trim(), script),
    async close() {
      await fleet.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const configuration = (folder: string, port: number) => `Port ${port}
HostKey ${folder}/host
PidFile none
UsePAM yes
PasswordAuthentication yes
MaxStartups 100
UseDNS no
PrintMotd no
PrintLastLog no
LogLevel INFO
`

/** Each in a view of the file system of its own. */
const script = (folder: string, { user, home }: LabAccount, addresses: string[]) => `
trap 'kill $p; wait; exit' TERM
for a in ${addresses.join(' ')}; do
  mkdir ${folder}/$a && chown ${user}: ${folder}/$a && chmod 755 ${folder}/$a
  unshare --mount sh -c "mount --make-rprivate / && mount --bind ${folder}/$a ${home} &&
    { sh ${folder}/$a.prepare; echo \\$\\$ >${folder}/$a.pid; } &&
    exec ${requireProgram('sshd')} -D -e -f ${folder}/config -o ListenAddress=$a" &
  p="$p $!"
done
wait
`
