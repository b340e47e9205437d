import { LinkError } from '../transport.ts'
import { type Algorithms, otherHostKeys } from './algorithms.ts'
import { type ConnectionOptions, SshConnection } from './connection.ts'
import { hostKeyChanged, hostKeyUnknown } from './failure.ts'

/** `pinned` is the fingerprint that was accepted for the host, if one was; `met` is told when the host has proved that it has that key. */
export type PinnedOptions = Omit<ConnectionOptions, 'trusts'> & {
  pinned: string | undefined
  met?: ((hostKey: string) => void) | undefined
}

/**
 * Logs in to the host that has the pinned key. A host may have several keys, and one of a better kind may have been added since: then
 * the pinned one is asked for, kind by kind, before the host is called another. No credential is sent before it has shown that key.
 * Rejects with LinkError.
 */
export async function loginPinned({ pinned, met, ...rest }: PinnedOptions): Promise<SshConnection> {
  const trusts = (fingerprint: string): boolean => {
    if (fingerprint !== pinned) return false
    met?.(fingerprint)
    return true
  }
  const options = { ...rest, trusts }
  const connection = new SshConnection(options)
  const outcome = await connection.login()
  if (outcome.kind !== 'stranger') return connection
  const { target } = options
  if (pinned === undefined) throw new LinkError(hostKeyUnknown(target, outcome.fingerprint))
  const others = outcome.offer === undefined ? [] : otherHostKeys(options.algorithms, outcome.offer)
  for (const serverHostKey of others) {
    const algorithms: Algorithms = { ...options.algorithms, serverHostKey }
    const again = new SshConnection({ ...options, algorithms })
    if ((await again.login()).kind !== 'stranger') return again
  }
  throw new LinkError(hostKeyChanged(target, { accepted: pinned, offered: outcome.fingerprint }))
}
