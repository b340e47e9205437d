import { createLog } from '../../../server/base/log.ts'
import { Secret } from '../../../server/base/secret.ts'
import { type Link, LinkError } from '../../../server/console/transport.ts'
import { sshTransport } from '../../../server/console/transports/ssh.ts'
import type { Cause } from '../../../server/contract/line.ts'
import type { TransportOf } from '../../../server/contract/transports.ts'

export interface SshAttempt {
  port: number
  config?: Partial<TransportOf<'ssh'>>
  secrets?: { password?: string; privateKey?: string; passphrase?: string }
  signal?: AbortSignal
  allowLocalTargets?: boolean
  /** Hears what the transport logs. */
  log?: string[]
}

export interface Opened {
  link: Link
  /** All that the device printed so far. */
  output: () => Buffer
  /** Resolves with the cause when the link closes by itself. */
  closed: Promise<Cause>
  /** Every event, in order: `data` stands for any number of pieces. */
  events: string[]
}

export const labUser = 'lifeline-lab'

/** Opens a console over SSH to loopback, as a line would. */
export async function openSsh(attempt: SshAttempt): Promise<Opened> {
  const { port, config, secrets = {}, signal, log = [] } = attempt
  const chunks: Buffer[] = []
  const events: string[] = []
  const { promise: closed, resolve } = Promise.withResolvers<Cause>()
  const link = await sshTransport.open({
    config: {
      kind: 'ssh',
      host: '127.0.0.1',
      port,
      username: labUser,
      preset: 'none',
      legacyAlgorithms: false,
      ...config,
    },
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
    events: {
      data: (bytes) => {
        chunks.push(Buffer.from(bytes))
        if (events.at(-1) !== 'data') events.push('data')
      },
      lost: () => events.push('lost'),
      closed: (cause) => {
        events.push('closed')
        resolve(cause)
      },
    },
    signal: signal ?? AbortSignal.timeout(20_000),
    log: createLog('debug', { write: (line) => log.push(line) }),
    allowLocalTargets: attempt.allowLocalTargets ?? true,
  })
  return { link, output: () => Buffer.concat(chunks), closed, events }
}

/** The cause with which an attempt fails; throws when it does not fail. */
export async function refusal(attempt: SshAttempt): Promise<Cause> {
  try {
    const { link } = await openSsh(attempt)
    await link.close()
  } catch (error) {
    if (error instanceof LinkError) return error.reason
    throw error
  }
  throw new Error('The link was opened.')
}
