import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { inspect } from 'node:util'
import ssh2, { type Connection, type KeyboardAuthContext, type ServerChannel } from 'ssh2'
import { afterEach, describe, expect, it } from 'vitest'
import { createLog } from '../../../server/base/log.ts'
import { Secret } from '../../../server/base/secret.ts'
import { LinkError } from '../../../server/console/transport.ts'
import { openSsh, refusal, type SshAttempt, sshTarget } from './open-ssh.ts'

/** A far end that does what it likes; ends with the test. */
const servers: { close: () => Promise<unknown> }[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

async function listen(server: Server, sockets: Set<Socket>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push({
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(resolve))
    },
  })
  return (server.address() as AddressInfo).port
}

async function babbler(babble: (socket: Socket) => void): Promise<{ port: number; sent: () => number }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    babble(socket)
  })
  const port = await listen(server, sockets)
  return { port, sent: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0) }
}

/** Writes without end, as fast as it is read. */
function pour(socket: Socket, bytes: Buffer): void {
  while (socket.writable && socket.write(bytes));
  socket.once('drain', () => pour(socket, bytes))
}

const hostKey = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })

async function sshServer(
  behave: (client: Connection) => void,
  options: { banner?: string } = {},
): Promise<number> {
  const sockets = new Set<Socket>()
  const server = new ssh2.Server({ hostKeys: [hostKey.private], ...options }, (client) => {
    client.on('error', () => undefined)
    sockets.add(Reflect.get(client, '_sock') as Socket)
    behave(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push({
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve(undefined)))
    },
  })
  return (server.address() as AddressInfo).port
}

const letIn = (client: Connection, opened: (channel: ServerChannel) => void = () => undefined) => {
  client.on('authentication', (context) => context.accept())
  client.on('ready', () =>
    client.on('session', (accept) => {
      const session = accept()
      session.on('pty', (accept) => accept?.())
      session.on('shell', (accept) => {
        const channel = accept()
        channel.on('error', () => undefined)
        opened(channel)
      })
    }),
  )
}

/** The fingerprint is learnt as a person would. */
const accepted = async (port: number) => ({ hostKey: (await refusal({ port })).offered ?? '' })

describe('a far end that is no SSH server', () => {
  it('but speaks HTTP is told apart', async () => {
    const { port } = await babbler((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\nnope'))
    expect(await refusal({ port })).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('right port'),
    })
  })

  it('but speaks SSH 1 is told apart', async () => {
    const { port } = await babbler((socket) => socket.write('SSH-1.5-Cisco-1.25\r\n'))
    expect(await refusal({ port })).toMatchObject({ code: 'protocol' })
  })

  it.each([
    ['noise', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 73) & 0xff))],
    ['one line without end', Buffer.alloc(4096, 'x')],
    ['lines without end', Buffer.from('All work and no play makes Jack a dull boy.\r\n'.repeat(100))],
  ])('and sends %s, a megabyte and more of it, is left at once', async (_, bytes) => {
    const { port } = await babbler((socket) => pour(socket, bytes))
    expect(await refusal({ port })).toMatchObject({ code: 'protocol' })
  })

  it('and names itself, then sends noise, is left', async () => {
    const { port } = await babbler((socket) => {
      socket.write('SSH-2.0-OpenSSH_9.9\r\n')
      pour(socket, Buffer.alloc(4096, 0xa5))
    })
    expect(await refusal({ port })).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('broke'),
    })
  })

  it('and sends packets that mean nothing, without end, is left', async () => {
    // SSH_MSG_IGNORE (RFC 4253 section 11.2) of 4 kB, before any key is exchanged.
    const ignore = Buffer.alloc(4096)
    ignore.writeUInt32BE(ignore.length - 4)
    ignore[4] = 4
    ignore[5] = 2
    const { port } = await babbler((socket) => {
      socket.write('SSH-2.0-Flood\r\n')
      pour(socket, ignore)
    })
    expect(await refusal({ port })).toMatchObject({ code: 'protocol' })
  })
})

describe('an SSH server that means ill', () => {
  it('and shows a banner of a megabyte is left', async () => {
    const port = await sshServer(letIn, { banner: 'x'.repeat(1024 * 1024) })
    const config = await accepted(port)
    expect(await refusal({ port, config })).toMatchObject({ code: 'protocol' })
  })

  it('and asks for the password again and again gets it once', async () => {
    const answers: string[][] = []
    const ask = (context: KeyboardAuthContext) =>
      context.prompt([{ prompt: 'Password: ', echo: false }], (given) => {
        answers.push(given ?? [])
        ask(context)
      })
    const port = await sshServer((client) =>
      client.on('authentication', (context) =>
        context.method === 'keyboard-interactive'
          ? ask(context)
          : context.reject(['keyboard-interactive', 'password']),
      ),
    )
    const config = await accepted(port)
    expect(await refusal({ port, config, secrets: { password: 'hunter2' } })).toMatchObject({
      code: 'wrong-credentials',
      message: expect.stringContaining('more than one password'),
    })
    expect(answers).toEqual([['hunter2']])
  })

  it('and asks nothing, without end, is left', async () => {
    const ask = (context: KeyboardAuthContext) => context.prompt([], () => ask(context))
    const port = await sshServer((client) =>
      client.on('authentication', (context) =>
        context.method === 'keyboard-interactive' ? ask(context) : context.reject(['keyboard-interactive']),
      ),
    )
    const config = await accepted(port)
    expect(await refusal({ port, config, secrets: { password: 'hunter2' } })).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('256 kB'),
    })
  })

  it('and wants a new password is not given one', async () => {
    const port = await sshServer((client) =>
      client.on('authentication', (context) =>
        context.method === 'password'
          ? context.requestChange('Your password has expired.', () => undefined)
          : context.reject(['password']),
      ),
    )
    const config = await accepted(port)
    expect(await refusal({ port, config, secrets: { password: 'hunter2' } })).toMatchObject({
      code: 'wrong-credentials',
      message: expect.stringContaining('expired'),
    })
  })

  it('and announces host keys by the thousand is not asked to prove one', async () => {
    const requests: string[] = []
    const console = Promise.withResolvers<{ client: Connection; channel: ServerChannel }>()
    const port = await sshServer((client) => {
      letIn(client, (channel) => console.resolve({ client, channel }))
      const handlers = protocolOf(client)._handlers
      const original = handlers.GLOBAL_REQUEST
      handlers.GLOBAL_REQUEST = (protocol, name, ...rest) => {
        requests.push(String(name))
        original?.(protocol, name, ...rest)
      }
    })
    const { link, printed } = await openSsh({ port, config: await accepted(port) })
    const { client, channel } = await console.promise
    const key = ssh2.utils.parseKey(hostKey.public)
    if (key instanceof Error) throw key
    const announcement = globalRequest('hostkeys-00@openssh.com', key.getPublicSSH(), false)
    for (let i = 0; i < 1000; i += 1) send(client, announcement)
    // All before it was read when this arrives, and all before it was sent when the answer does.
    channel.write('read?')
    await expect.poll(() => printed().toString()).toBe('read?')
    link.write(Buffer.from('read'))
    await expect.poll(() => channel.read()?.toString()).toBe('read')
    expect(requests.filter((name) => name.includes('hostkeys'))).toEqual([])
    await link.close()
  })

  it('and asks without listening is left', async () => {
    const connected = Promise.withResolvers<Connection>()
    const port = await sshServer((client) => {
      letIn(client)
      client.on('ready', () => connected.resolve(client))
    })
    const { closed, link } = await openSsh({ port, config: await accepted(port) })
    const client = await connected.promise
    const socket = Reflect.get(client, '_sock') as Socket
    socket.pause()
    const request = globalRequest('keepalive@openssh.com', Buffer.alloc(0), true)
    const flood = () => {
      for (let i = 0; i < 2000 && socket.writable; i += 1) send(client, request)
      if (socket.writable) socket.write('', () => setImmediate(flood))
    }
    flood()
    expect(await closed).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('does not read'),
    })
    await link.close()
  })
})

describe('secrets of a device', () => {
  it('are in no error and no log, whatever the far end does with them', async () => {
    const secrets = {
      password: 'Pa55-of-the-BMC',
      passphrase: 'Phrase-of-the-key',
      privateKey: 'Key-of-the-gateway',
    }
    const port = await sshServer(
      (client) =>
        client.on('authentication', (context) =>
          context.reject(['password', secrets.password as 'password']),
        ),
      { banner: `You said ${secrets.password}` },
    )
    const config = await accepted(port)
    const attempts = [
      { port, config, secrets: { password: secrets.password } },
      { port, config, secrets },
      { port, secrets: { password: secrets.password } },
    ]
    for (const attempt of attempts) {
      const log: string[] = []
      const error: unknown = await openLogged(attempt, log).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(LinkError)
      const told = inspect(error, { depth: 20, showHidden: true }) + log.join('')
      for (const secret of Object.values(secrets)) expect(told).not.toContain(secret)
    }
  })
})

function openLogged(attempt: SshAttempt, log: string[]) {
  const { transport, config, secrets } = sshTarget(attempt)
  return transport.open({
    config,
    secrets: Object.fromEntries(
      Object.entries(secrets ?? {}).map(([name, text]) => [name, new Secret(text)]),
    ),
    events: { data: () => undefined, lost: () => undefined, closed: () => undefined },
    signal: AbortSignal.timeout(20_000),
    log: createLog('debug', { write: (line) => log.push(line) }),
    allowLocalTargets: true,
  })
}

interface ProtocolOfServer {
  _handlers: Record<string, ((protocol: unknown, name: unknown, ...rest: unknown[]) => void) | undefined>
  _packetRW: { write: { allocStart: number; alloc(size: number): Buffer; finalize(packet: Buffer): Buffer } }
  _cipher: { encrypt(packet: Buffer): void }
}

const protocolOf = (client: Connection) => Reflect.get(client, '_protocol') as ProtocolOfServer

/** The library's server has no words for what nobody should say. */
function send(client: Connection, payload: Buffer): void {
  const { _packetRW, _cipher } = protocolOf(client)
  const packet = _packetRW.write.alloc(payload.length)
  packet.set(payload, _packetRW.write.allocStart)
  _cipher.encrypt(_packetRW.write.finalize(packet))
}

function globalRequest(name: string, data: Buffer, wantReply: boolean): Buffer {
  const body = data.length === 0 ? [] : [uint32(data.length), data]
  return Buffer.concat([
    Buffer.from([80]),
    uint32(name.length),
    Buffer.from(name),
    Buffer.from([wantReply ? 1 : 0]),
    ...body,
  ])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
