import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type SelfSigned, selfSigned } from './certificate.ts'
import { type Manner, resetsOf, resource, type SystemState, sessionsPath, systemIds } from './resources.ts'

export interface RedfishService {
  host: string
  port: number
  user: string
  password: string
  /** The certificate's. */
  fingerprint: string
  system(id?: string): SystemState
  /** Sessions that nobody has ended. */
  sessions(): number
  /** The resets asked for, in order. */
  resets(): string[]
  /** Shows another certificate from now on. */
  changeCertificate(): Promise<void>
  close(): Promise<void>
}

interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

const account = { user: 'lab', password: 'lab-redfish-password' }

/** A Redfish service on loopback behind a certificate that signs itself, which really keeps a machine's power in memory. */
export async function startRedfish(manner: Manner = {}): Promise<RedfishService> {
  let certificate: SelfSigned = await selfSigned()
  const states = new Map(
    systemIds(manner).map((id) => [id, { power: 'Off', boot: {}, etag: 1 } as SystemState]),
  )
  const stateOf = (id: string): SystemState => states.get(id) ?? { power: 'Off', boot: {}, etag: 0 }
  const tokens = new Set<string>()
  const resets: string[] = []
  const tasks = new Map<string, number>()

  function perform(id: string, type: unknown): Reply {
    if (typeof type !== 'string' || !resetsOf(manner).includes(type)) {
      return refused(400, `The value ${String(type)} for the parameter ResetType is not acceptable.`)
    }
    resets.push(type)
    if (['On', 'ForceOn', 'PowerCycle', 'ForceRestart'].includes(type)) stateOf(id).power = 'On'
    if (['ForceOff', 'GracefulShutdown'].includes(type)) stateOf(id).power = 'Off'
    return manner.tasks ? task() : { status: 204 }
  }

  function task(): Reply {
    const monitor = `/redfish/v1/TaskService/TaskMonitors/${tasks.size + 1}`
    tasks.set(monitor, 1)
    return { status: 202, headers: { location: monitor, 'retry-after': '0' } }
  }

  function follow(path: string, left: number): Reply {
    tasks.set(path, left - 1)
    if (left > 0) return { status: 202, headers: { location: path, 'retry-after': '0' } }
    return {
      status: 200,
      body: { '@odata.type': '#Task.v1_7_4.Task', TaskState: manner.taskEnds ?? 'Completed' },
    }
  }

  function change(path: string, headers: IncomingMessage['headers'], body: unknown): Reply {
    const id = path.split('/')[4] ?? ''
    const here = path.endsWith('/Settings') === (manner.settings === 'boot')
    if (!here || !states.has(id)) return refused(405, 'The resource does not take this.')
    const state = stateOf(id)
    if (headers['if-match'] === undefined) return refused(428, 'A precondition is required.')
    if (headers['if-match'] !== etag(state))
      return refused(412, 'The ETag supplied did not match the current one.')
    Object.assign(state.boot, (body as { Boot?: object }).Boot)
    state.etag += 1
    return { status: 204 }
  }

  function signIn(body: unknown): Reply {
    const { UserName, Password } = body as Record<string, unknown>
    if (UserName !== account.user || Password !== account.password) {
      return refused(401, 'The account could not be authenticated.')
    }
    const token = randomBytes(16).toString('hex')
    tokens.add(token)
    return {
      status: 201,
      headers: { 'x-auth-token': token, location: `${sessionsPath}/${token.slice(0, 8)}` },
    }
  }

  function signedIn({ headers }: IncomingMessage): boolean {
    const basic = `Basic ${Buffer.from(`${account.user}:${account.password}`).toString('base64')}`
    const byPassword = headers.authorization === basic && !manner.withoutBasic
    return tokens.has(String(headers['x-auth-token'])) || byPassword
  }

  function answer(request: IncomingMessage, body: unknown): Reply {
    const { method, url: path = '', headers } = request
    if (method === 'GET' && path.replace(/\/$/, '') === '/redfish/v1') {
      return { status: 200, body: resource(path, manner, stateOf) }
    }
    if (method === 'POST' && path === sessionsPath && !manner.withoutSessions) return signIn(body)
    if (!signedIn(request)) return refused(401, 'There is no valid session.')
    if (method === 'DELETE' && path.startsWith(sessionsPath)) {
      tokens.delete(String(headers['x-auth-token']))
      return { status: 204 }
    }
    const left = tasks.get(path)
    if (method === 'GET' && left !== undefined) return follow(path, left)
    const [, id = ''] = /^\/redfish\/v1\/Systems\/([^/]+)\/Actions\/ComputerSystem.Reset$/.exec(path) ?? []
    if (method === 'POST' && states.has(id)) return perform(id, (body as { ResetType?: unknown }).ResetType)
    if (method === 'PATCH') return change(path, headers, body)
    const found = method === 'GET' ? resource(path, manner, stateOf) : undefined
    if (found === undefined) return refused(404, `The resource at the URI ${path} was not found.`)
    const state = stateOf(path.split('/')[4] ?? '')
    const seen = etag(state)
    if (manner.changesAlone) state.etag += 1
    return { status: 200, body: found, headers: { etag: seen } }
  }

  const server = createServer({ key: certificate.key, cert: certificate.cert }, async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(Buffer.from(piece))
    const text = Buffer.concat(pieces).toString()
    const { status, body, headers } = answer(request, text === '' ? {} : JSON.parse(text))
    response.writeHead(status, { 'content-type': 'application/json', 'odata-version': '4.0', ...headers })
    response.end(body === undefined ? '' : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    ...account,
    get fingerprint() {
      return certificate.fingerprint
    },
    system: (id = systemIds(manner)[0] ?? '') => stateOf(id),
    sessions: () => tokens.size,
    resets: () => resets,
    async changeCertificate() {
      certificate = await selfSigned()
      server.setSecureContext({ key: certificate.key, cert: certificate.cert })
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

const etag = ({ etag }: SystemState) => `W/"${etag}"`

/** DSP0266 section 8.6. */
const refused = (status: number, message: string): Reply => ({
  status,
  body: {
    error: {
      code: 'Base.1.18.GeneralError',
      message: 'A general error has occurred. See ExtendedInfo for more information.',
      '@Message.ExtendedInfo': [
        { MessageId: 'Base.1.18.GeneralError', Message: message, Severity: 'Critical', Resolution: 'None.' },
      ],
    },
  },
})
