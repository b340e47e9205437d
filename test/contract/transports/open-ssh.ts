import { sshTransport } from '../../../server/console/transports/ssh.ts'
import type { Cause } from '../../../server/contract/line.ts'
import type { TransportOf } from '../../../server/contract/transports.ts'
import { type Opened, open, refusal as refusalOf, type Target } from './opened.ts'

export interface SshAttempt extends Pick<Target<'ssh'>, 'secrets' | 'signal' | 'allowLocalTargets'> {
  port: number
  config?: Partial<TransportOf<'ssh'>>
}

/** Who logs in where a test does not say: the account of test/lab/account.ts. */
const username = 'lifeline-lab'

export function sshTarget({ port, config, ...more }: SshAttempt): Target<'ssh'> {
  const base = {
    kind: 'ssh',
    host: '127.0.0.1',
    port,
    username,
    preset: 'none',
    legacyAlgorithms: false,
  } as const
  return { transport: sshTransport, config: { ...base, ...config }, ...more }
}

/** Opens a console over SSH to loopback, as a line would. */
export const openSsh = (attempt: SshAttempt): Promise<Opened> => open(sshTarget(attempt))

/** The cause with which an attempt fails; throws when it does not fail. */
export const refusal = (attempt: SshAttempt): Promise<Cause> => refusalOf(sshTarget(attempt))
