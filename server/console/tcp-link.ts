import type { SocketLink } from './socket-link.ts'
import { noAnswer, openSocket } from './socket-link.ts'
import { resolveTarget } from './target.ts'
import type { OpenRequest } from './transport.ts'
import { watchUnacknowledged } from './unacknowledged.ts'

/** Silence after which TCP asks the far end for a sign of life. Node then asks each second, ten times: found dead after 20 s. */
const keepAliveAfterMs = 10_000

export type TcpRequest = Pick<OpenRequest, 'events' | 'signal' | 'allowLocalTargets'> & {
  config: { host: string; port: number }
}

/** Connects to a host by TCP; the link finds a dead far end within 30 s. Rejects with LinkError. */
export async function openTcp({
  allowLocalTargets,
  config,
  events,
  signal,
}: TcpRequest): Promise<SocketLink> {
  const target = config.host.includes(':')
    ? `[${config.host}]:${config.port}`
    : `${config.host}:${config.port}`
  const address = await resolveTarget(config.host, { allowLocalTargets, signal })
  const to = { host: address, port: config.port, noDelay: true }
  const link = await openSocket({ to, target, signal, events })
  link.socket.setKeepAlive(true, keepAliveAfterMs)
  const watch = watchUnacknowledged(link.socket, () => link.fail(noAnswer(target)))
  link.socket.once('close', () => watch.cancel())
  return link
}

/** A host and port as people write them; an IPv6 address is in brackets (RFC 3986 section 3.2.2). */
export const targetName = ({ host, port }: { host: string; port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
