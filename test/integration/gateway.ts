import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'
import { type App, createApp } from '../../server/app.ts'
import { type Clock, systemClock } from '../../server/base/clock.ts'
import { createLog } from '../../server/base/log.ts'
import { readConfig } from '../../server/config.ts'
import type { Role } from '../../server/contract/access.ts'
import type { Device } from '../../server/contract/devices.ts'

/** A gateway of the test's own, on a free port and a temporary folder, with its first admin signed in. */
export interface TestGateway {
  url: string
  folder: string
  admin: Person
  /** Everything that was logged. */
  logged(): string
  /** A new user with a role in a project, signed in. */
  person(name: string, role?: { projectId: string; role: Role }): Promise<Person>
  project(name: string): Promise<string>
  /** A device on a raw TCP port. */
  tcpDevice(projectId: string, name: string, port: number): Promise<Device>
  close(): Promise<void>
}

/** A browser without the page: a cookie and an origin. */
export interface Person {
  id: string
  email: string
  password: string
  cookie: string
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Opens the console's WebSocket as the page does. */
  socket(deviceId: string, query?: string): WebSocket
  /** The same person at another address of the gateway. */
  at(url: string): Person
}

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  body: any
  text: string
}

export const ownPassword = 'a password of my own'

export async function startGateway(
  environment: Record<string, string> = {},
  clock: Clock = systemClock,
): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-gateway-'))
  let log = ''
  const config = readConfig({
    LIFELINE_DATA_DIR: join(folder, 'data'),
    LIFELINE_LISTEN: '127.0.0.1:0',
    ...environment,
  })
  const app: App = await createApp(config, {
    clock,
    log: createLog('debug', {
      write(line) {
        log += line
      },
    }),
    passwordCost: { memoryKiB: 8, passes: 1, parallelism: 1 },
  })
  const url = `http://127.0.0.1:${await app.listen()}`
  const first = app.firstAdmin
  if (first === null) throw new Error('The gateway has users already.')
  const admin = await signInFirst(url, first.email, first.password.reveal())
  const must = async (answer: Promise<Answer>): Promise<Answer> => {
    const got = await answer
    if (got.status >= 400) throw new Error(`${got.status} ${got.text}`)
    return got
  }
  return {
    url,
    folder,
    admin,
    logged: () => log,
    async person(name, membership) {
      const email = `${name}@example.org`
      const made = await must(admin.call('POST', '/api/users', { email, name }))
      const person = await signInFirst(url, email, made.body.password)
      if (membership !== undefined) {
        await must(
          admin.call('PUT', `/api/projects/${membership.projectId}/members`, {
            email,
            role: membership.role,
          }),
        )
      }
      return person
    },
    project: async (name) => (await must(admin.call('POST', '/api/projects', { name }))).body.id,
    async tcpDevice(projectId, name, port) {
      const transport = { kind: 'tcp', host: '127.0.0.1', port }
      return (await must(admin.call('POST', '/api/devices', { projectId, name, transport }))).body
    },
    async close() {
      await app.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Signs in with a generated password and sets one's own, as everybody must. */
export async function signInFirst(url: string, email: string, generated: string): Promise<Person> {
  const first = await signIn(url, email, generated)
  const changed = await first.call('POST', '/api/password', { current: generated, next: ownPassword })
  if (changed.status !== 200) throw new Error(`The password could not be changed: ${changed.text}`)
  return signIn(url, email, ownPassword)
}

export async function signIn(url: string, email: string, password: string): Promise<Person> {
  const answer = await request(url, {
    method: 'POST',
    path: '/api/session',
    body: { email, password },
    headers: {},
  })
  if (answer.status !== 200) throw new Error(`${email} could not sign in: ${answer.text}`)
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  return personAt(url, { id: answer.body.id, email, password, cookie })
}

function personAt(url: string, who: Pick<Person, 'id' | 'email' | 'password' | 'cookie'>): Person {
  return {
    ...who,
    call: (method, path, body, headers) =>
      request(url, { method, path, body, headers: { Cookie: who.cookie, Origin: url, ...headers } }),
    socket: (deviceId, query = '') =>
      new WebSocket(`${url.replace('http', 'ws')}/api/devices/${deviceId}/console${query}`, {
        headers: { Cookie: who.cookie, Origin: url },
      }),
    at: (elsewhere) => personAt(elsewhere, who),
  }
}

export async function request(
  url: string,
  {
    method,
    path,
    body,
    headers,
  }: { method: string; path: string; body?: unknown; headers: Record<string, string> },
): Promise<Answer> {
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' }
  const response = await fetch(url + path, {
    method,
    headers: { ...json, ...headers },
    redirect: 'manual',
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : undefined,
    text,
  }
}
