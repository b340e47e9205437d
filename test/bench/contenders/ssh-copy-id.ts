import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LabAccount } from '../../lab/account.ts'
import type { SshdFleet } from '../../lab/sshd-fleet.ts'
import { scratch } from '../scratch.ts'

const options = [
  'StrictHostKeyChecking=no',
  'UserKnownHostsFile=/dev/null',
  'LogLevel=ERROR',
  'NumberOfPasswordPrompts=1',
].flatMap((option) => ['-o', option])

/** Puts a key on every machine with OpenSSH's own tool, so many at once. */
export async function copyId(
  fleet: Pick<SshdFleet, 'addresses' | 'port'>,
  { user, password }: LabAccount,
  { key, atOnce }: { key: string; atOnce: number },
): Promise<void> {
  const folder = await mkdtemp(join(scratch(), 'askpass-'))
  const ask = join(folder, 'ask')
  // Where it keeps what it works with.
  await mkdir(join(folder, '.ssh'), { mode: 0o700 })
  await writeFile(ask, `#!/bin/sh\necho '${password}'\n`, { mode: 0o700 })
  const env = { PATH: process.env.PATH, HOME: folder, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' }
  const waiting = [...fleet.addresses]
  const worker = async (): Promise<void> => {
    for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
      const args = ['-i', `${key}.pub`, '-p', `${fleet.port}`, ...options, `${user}@${address}`]
      await promisify(execFile)('ssh-copy-id', args, { env })
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, worker))
  } finally {
    await rm(folder, { recursive: true })
  }
}
