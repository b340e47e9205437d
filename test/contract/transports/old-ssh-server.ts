import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'

export interface OldSshServer {
  port: number
  fingerprint: string
  /** The algorithms of the signatures that clients logged in with. */
  signatures: string[]
  close: () => Promise<void>
}

/**
 * A server from before RFC 8308: it cannot say which signatures it takes, so clients fall back on SHA-1. Nothing packaged today is
 * that old, hence the library's server with that one message taken out.
 */
export async function startOldSshServer(): Promise<OldSshServer> {
  const hostKey = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
  const signatures: string[] = []
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    forgetExtensions(client)
    client.on('error', () => undefined)
    client.on('authentication', (context) => {
      if (context.method !== 'publickey') return context.reject(['publickey'])
      if (context.signature !== undefined) signatures.push(context.key.algo)
      context.accept()
    })
    client.on('ready', () =>
      client.on('session', (accept) => {
        const session = accept()
        session.on('pty', (accept) => accept())
        session.on('shell', (accept) => accept())
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const blob = Buffer.from(hostKey.public.split(' ')[1] ?? '', 'base64')
  return {
    port: (server.address() as AddressInfo).port,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    signatures,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function forgetExtensions(client: object): void {
  const protocol = Reflect.get(client, '_protocol') as object
  let exchange: object | undefined
  Object.defineProperty(protocol, '_kex', {
    get: () => exchange,
    set: (value: object) => {
      exchange = value
      Object.defineProperty(value, 'remoteExtInfoEnabled', { get: () => false, set: () => undefined })
    },
  })
}
