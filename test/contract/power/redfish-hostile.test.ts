import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { LinkError } from '../../../server/console/transport.ts'
import type { CauseCode } from '../../../server/contract/line.ts'
import { redfishPower } from '../../../server/power/redfish/index.ts'
import { type SelfSigned, selfSigned } from '../../lab/redfish/certificate.ts'
import { accessTo } from './contract.ts'

let certificate: SelfSigned
beforeAll(async () => {
  certificate = await selfSigned()
})

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

/** Says to each request, by its method and path, what it likes to, byte for byte. */
type Says = (asked: string, socket: TLSSocket) => void

async function farEnd(says: Says) {
  const sockets = new Set<TLSSocket>()
  const asked: string[] = []
  const server = createServer({ key: certificate.key, cert: certificate.cert }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', (bytes) => {
      const [method, path] = bytes.toString('latin1').split(' ')
      asked.push(`${method} ${path}`)
      says(`${method} ${path}`, socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const where = { host: '127.0.0.1', port, username: 'lab', certificate: certificate.fingerprint }
  return { asked, control: { kind: 'redfish', ...where } as const, password: 'lab-password' }
}

const json = (body: unknown, status = '200 OK', more = ''): string => {
  const text = JSON.stringify(body)
  return `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n${more}\r\n${text}`
}

const systemsAt = (path: string) => ({ Systems: { '@odata.id': path } })
const membersAt = (...paths: string[]) => ({ Members: paths.map((path) => ({ '@odata.id': path })) })
const system = {
  Id: '1',
  PowerState: 'Off',
  Actions: { '#ComputerSystem.Reset': { target: '/reset' } },
}

/** A service without sessions, but for what is told otherwise. */
const service =
  (other: Record<string, string>): Says =>
  (asked, socket) => {
    const usual: Record<string, string> = {
      'GET /redfish/v1/': json(systemsAt('/Systems')),
      'GET /Systems': json(membersAt('/Systems/1')),
      'GET /Systems/1': json(system),
    }
    socket.end(other[asked] ?? usual[asked] ?? json({}, '404 Not Found'))
  }

const failureOf = (work: Promise<unknown>) => work.catch((error: unknown) => error)
const wordsOf = (failure: unknown) => (failure instanceof LinkError ? failure.reason.message : failure)
const withoutBody = (head: string) => `HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`
const bell = '\u001b]0;x\u0007\u202e'

describe('a service that means harm', () => {
  it.each<[string, Record<string, string>, CauseCode]>([
    [
      'changes the protocol',
      { 'GET /redfish/v1/': withoutBody('101 No\r\nUpgrade: x\r\nConnection: upgrade') },
      'protocol',
    ],
    ['says nothing and closes', { 'GET /redfish/v1/': '' }, 'closed-by-far-end'],
    [
      'breaks off',
      { 'GET /redfish/v1/': 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{' },
      'closed-by-far-end',
    ],
    ['speaks no HTTP', { 'GET /redfish/v1/': 'SSH-2.0-x\r\n\r\n' }, 'protocol'],
    ['answers without end', { 'GET /redfish/v1/': json('x'.repeat(1024 * 1024)) }, 'protocol'],
    [
      'leads elsewhere',
      { 'GET /redfish/v1/': withoutBody('302 Found\r\nLocation: https://192.0.2.1/') },
      'other',
    ],
    [
      'has its systems elsewhere',
      { 'GET /redfish/v1/': json(systemsAt('//192.0.2.1/Systems')) },
      'not-supported',
    ],
    ['has no JSON', { 'GET /Systems/1': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n<' }, 'protocol'],
  ])('and %s is told of, and holds nobody up', async (_name, other, code) => {
    const failure = await failureOf(redfishPower.status(accessTo(await farEnd(service(other)))))
    expect(failure).toMatchObject({ reason: { code } })
  })

  it('has no part of its names and lists in our words that reads otherwise than it is', async () => {
    const names = ['/Systems/%zz', '/Systems/%1b%5d0;x%07', `/Systems/${'x'.repeat(400)}`]
    const several = await farEnd(service({ 'GET /Systems': json(membersAt(...names)) }))
    expect(wordsOf(await failureOf(redfishPower.status(accessTo(several))))).toMatch(
      /: %zz, \]0;x, x{280,300}\.$/,
    )

    const target = '/reset'
    const resets = { target, 'ResetType@Redfish.AllowableValues': [`${bell}On`] }
    const boots = { 'BootSourceOverrideTarget@Redfish.AllowableValues': [`${bell}Usb`] }
    const odd = { ...system, Actions: { '#ComputerSystem.Reset': resets }, Boot: boots }
    const lists = await farEnd(service({ 'GET /Systems/1': json(odd) }))
    expect(wordsOf(await failureOf(redfishPower.perform('nmi', accessTo(lists))))).toMatch(/: \]0;xOn\.$/)
    expect(wordsOf(await failureOf(redfishPower.perform('boot-pxe', accessTo(lists))))).toMatch(
      /: \]0;xUsb\.$/,
    )

    const Messages = [{ Message: `${bell}Fuse.` }]
    const tasks = await farEnd(
      service({
        'POST /reset': withoutBody('202 Accepted\r\nLocation: https://192.0.2.1/task'),
        'GET /task': json({ TaskState: `${bell}Killed`, Messages }),
      }),
    )
    expect(wordsOf(await failureOf(redfishPower.perform('on', accessTo(tasks))))).toMatch(
      /its task ended as \]0;xKilled\. It says: \]0;xFuse\.$/,
    )
    expect(tasks.asked).toContain('GET /task')
  })

  it('and keeps us waiting does so no longer than we like', async () => {
    const ending = new AbortController()
    const waits = 'HTTP/1.1 202 Accepted\r\nLocation: /task\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n'
    const usual = service({ 'POST /reset': waits })
    const far = await farEnd((asked, socket) => {
      if (asked !== 'GET /task') return usual(asked, socket)
      socket.end(waits)
      // Once the answer is read, nothing but the wait for the next look is left to be ended.
      socket.once('close', () => setImmediate(() => ending.abort()))
    })
    const failure = await failureOf(redfishPower.perform('on', { ...accessTo(far), signal: ending.signal }))
    expect(failure).toMatchObject({ reason: { code: 'timeout' } })
  }, 25_000)
})
