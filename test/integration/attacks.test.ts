import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { limits } from '../../server/contract/limits.ts'
import { FakeClock } from '../fakes/clock.ts'
import { startDevice } from './device.ts'
import { type Answer, request, startGateway, type TestGateway } from './gateway.ts'
import { view } from './viewer.ts'

let gateway: TestGateway
let deviceId: string
let projectId: string

beforeAll(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  deviceId = (await gateway.tcpDevice(projectId, 'web-1', 9)).id
})
afterAll(() => gateway.close())

/** Sends what no browser would send and keeps its own side open. Resolves with the whole answer when the gateway closes. */
async function raw(text: string): Promise<string> {
  const socket = connect({ port: Number(new URL(gateway.url).port), host: '127.0.0.1', allowHalfOpen: true })
  let answer = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => undefined)
  socket.write(text)
  // `end` comes when the gateway has said all; `close` only when it does not wait for us.
  await once(socket, 'end')
  const gone = new Promise((resolve) => socket.once('close', resolve))
  const nudge = setInterval(() => socket.write('x'), 10)
  await gone
  clearInterval(nudge)
  return answer
}

const status = (answer: string): number => Number(answer.slice(9, 12))

describe('strangers', () => {
  test('a refused upgrade does not stay open for as long as the visitor likes', async () => {
    const answer = await raw(
      'GET /api/devices/x/console HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    )
    expect(status(answer)).toBe(403)
  })

  const mistakes: [string, Record<string, string>, string | Buffer | undefined, number][] = [
    ['an unknown encoding', { 'Content-Encoding': 'none-such' }, '{}', 415],
    ['an unknown character set', { 'Content-Type': 'application/json; charset=none-such' }, '{}', 415],
    ['broken compression', { 'Content-Encoding': 'gzip' }, 'not gzip', 400],
    ['a bomb', { 'Content-Encoding': 'gzip' }, gzipSync(Buffer.alloc(10_000_000, ' ')), 413],
  ]
  test.each(mistakes)(
    '%s in a body is the visitor\u2019s mistake and not worth a log line',
    async (...given) => {
      const [, headers, body, expected] = given
      const before = gateway.logged().length
      const answer = await fetch(`${gateway.url}/api/session`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body !== undefined && { body: Buffer.from(body) }),
      })
      expect([answer.status, (await answer.json()).error.message]).toEqual([
        expected,
        expect.stringMatching(/\w+ \w+/),
      ])
      expect(gateway.logged().slice(before)).not.toContain('a request failed')
    },
  )

  test.each([{ Range: 'bytes=99999999-' }, { 'If-Match': '"none-such"' }])(
    'a page that is asked for with %o is no failure of the gateway',
    async (headers) => {
      const before = gateway.logged().length
      const { status } = await request(gateway.url, {
        method: 'GET',
        path: '/devices',
        headers: { ...headers },
      })
      expect(status).toBeLessThan(500)
      expect(gateway.logged().slice(before)).not.toContain('a request failed')
    },
  )

  test('whoever is not signed in sends a small body, or none', async () => {
    const body = JSON.stringify({ email: 'a@example.org', password: 'x', more: 'x'.repeat(20_000) })
    const signIn = { method: 'POST', path: '/api/session', body, headers: {} }
    expect((await request(gateway.url, signIn)).status).toBe(413)
    const create = {
      method: 'POST',
      path: '/api/devices',
      body: '{"name":',
      headers: { Origin: gateway.url },
    }
    expect((await request(gateway.url, create)).status).toBe(401)
  })

  test.each(['evil@localhost', 'localhost/evil', 'localhost?evil', 'localhost#evil', 'localhost\\evil'])(
    'a Host of %s is none of ours',
    async (host) => {
      const answer = await raw(`GET /api/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(status(answer)).toBe(421)
    },
  )
})

describe('behind https', () => {
  test('a page of the same name without https is another site', async () => {
    const secure = await startGateway({ LIFELINE_PUBLIC_URL: 'https://console.example.org' })
    try {
      const create = (origin: string) =>
        secure.admin.call('POST', '/api/projects', { name: origin }, { Origin: origin })
      // What somebody in between can make of the name before TLS begins.
      expect((await create('http://console.example.org')).status).toBe(403)
      expect((await create('https://console.example.org')).status).toBe(200)
    } finally {
      await secure.close()
    }
  })
})

describe('positions', () => {
  test.each(['', ' 5', '0x10', '1e1', '+5', '-0', '1.0', '9007199254740993'])(
    'from=%s is no position',
    async (from) => {
      const history = await gateway.admin.call('GET', `/api/devices/${deviceId}/history?from=${from}`)
      expect(history).toMatchObject({ status: 400, body: { error: { code: 'bad-request' } } })
      const limit = await gateway.admin.call('GET', `/api/devices/${deviceId}/history?limit=${from}`)
      expect(limit.status).toBe(400)
      const audit = await gateway.admin.call('GET', `/api/audit?before=${from}`)
      expect(audit.status).toBe(400)
    },
  )
})

describe('one user alone', () => {
  test('cannot take every seat at a console', async () => {
    const crowd = await startGateway({
      LIFELINE_CONSOLE_VIEWERS_PER_CONSOLE: String(limits.viewersPerUser + 1),
    })
    try {
      const project = await crowd.project('fleet')
      const device = await crowd.tcpDevice(project, 'web-1', 9)
      const watcher = await crowd.person('watcher', { projectId: project, role: 'watcher' })
      const seats = await Promise.all(
        Array.from({ length: limits.viewersPerUser }, () => view(watcher.socket(device.id))),
      )
      const oneMore = await view(watcher.socket(device.id))
      expect((await oneMore.told('error')).code).toBe('too-many-viewers')
      const admin = await view(crowd.admin.socket(device.id))
      await admin.told('attached')
      for (const viewer of [...seats, admin]) await viewer.close()
    } finally {
      await crowd.close()
    }
  })
})

describe('connection tests', () => {
  test('are a few at a time, so that nobody scans a network with them', async () => {
    const device = await startDevice()
    const clock = new FakeClock()
    const still = await startGateway({}, clock)
    try {
      const project = await still.project('fleet')
      const transport = { kind: 'tcp', host: '127.0.0.1', port: device.port }
      const answers: Answer[] = []
      for (let at = 0; at < 10; at += 1) {
        still.admin
          .call('POST', '/api/test-connection', { projectId: project, transport })
          .then((answer) => answers.push(answer))
      }
      await vi.waitFor(() => expect(answers).toHaveLength(6), { timeout: 10_000 })
      expect(answers.every(({ body }) => body.error.code === 'try-later')).toBe(true)
      await vi.waitFor(
        () => {
          clock.advance(2000)
          expect(answers.filter(({ status }) => status === 200)).toHaveLength(4)
        },
        { timeout: 10_000 },
      )
    } finally {
      await still.close()
      await device.close()
    }
  })
})

describe('what is run at the far end', () => {
  test('is read by who may change it', async () => {
    const owner = await gateway.person('owner', { projectId, role: 'owner' })
    const watcher = await gateway.person('watcher', { projectId, role: 'watcher' })
    const off = { projectId, enabled: false }
    const command = { kind: 'command', argv: ['/usr/bin/client', '--password', 'argument'] }
    const ssh = { kind: 'ssh', host: '192.0.2.1', username: 'root', startCommand: 'login argument' }
    await gateway.admin.call('POST', '/api/devices', { ...off, name: 'by-command', transport: command })
    await gateway.admin.call('POST', '/api/devices', { ...off, name: 'by-ssh', transport: ssh })
    expect((await owner.call('GET', '/api/devices')).text.match(/argument/g)).toHaveLength(2)
    const seen = await watcher.call('GET', '/api/devices')
    expect(seen.text).toContain('/usr/bin/client')
    expect(seen.text).not.toContain('argument')
  })
})

describe('names', () => {
  test.each(['\u202eevil', 'a\u2066b', 'a\u2028b', 'a\u009bb'])('%j is no name', async (name) => {
    expect((await gateway.admin.call('POST', '/api/projects', { name })).status).toBe(400)
  })
  test.each(['a\u0000@example.org', 'a\u202e@example.org', 'a\u200b@example.org'])(
    '%j is no e-mail',
    async (email) => {
      expect((await gateway.admin.call('POST', '/api/users', { email, name: 'x' })).status).toBe(400)
    },
  )
})

describe('a right that ends', () => {
  test('ends what is being downloaded, however slowly it is read', async () => {
    const line = await startDevice()
    try {
      const { id } = await gateway.tcpDevice(projectId, 'prints-much', line.port)
      await line.connected()
      const printed = 24 * 1024 * 1024
      await line.print(Buffer.alloc(printed, 'a line of a log\n'))
      await expect
        .poll(async () => (await gateway.admin.call('GET', `/api/devices/${id}`)).body.console.end, {
          timeout: 20_000,
        })
        .toBe(printed)
      const leaver = await gateway.person('leaver', { projectId, role: 'watcher' })
      const download = await fetch(`${gateway.url}/api/devices/${id}/history/download`, {
        headers: { Cookie: leaver.cookie },
      })
      expect(download.status).toBe(200)
      const removed = await gateway.admin.call('DELETE', `/api/projects/${projectId}/members/${leaver.id}`)
      expect(removed.status).toBe(204)
      const read = download.arrayBuffer().then(
        () => 'whole',
        () => 'cut short',
      )
      expect(await read).toBe('cut short')
    } finally {
      await line.close()
    }
  }, 60_000)
})
