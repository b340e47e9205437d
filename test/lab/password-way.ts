import { systemClock } from '../../server/base/clock.ts'
import { Secret } from '../../server/base/secret.ts'
import type { SshWay } from '../../server/inject/over-ssh.ts'
import type { LabAccount } from './account.ts'

/** The way over SSH to a server of the lab, with an account's password. */
export function passwordWay(
  server: Pick<SshWay, 'host' | 'port' | 'hostKey'>,
  { user, password }: Pick<LabAccount, 'user' | 'password'>,
): SshWay {
  return {
    ...server,
    username: user,
    password: new Secret(password),
    privateKey: undefined,
    passphrase: undefined,
    allowLocalTargets: true,
    clock: systemClock,
    signal: AbortSignal.timeout(100_000),
  }
}
