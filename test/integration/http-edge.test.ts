import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../server/contract/limits.ts'
import { request, signIn, startGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())

/** A request as no browser or fetch would send it. Returns the whole answer as text. */
function raw(text: string): Promise<string> {
  const port = Number(new URL(gateway.url).port)
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text))
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

describe('the edge', () => {
  test('health needs nobody', async () => {
    const answer = await request(gateway.url, { method: 'GET', path: '/api/health', headers: {} })
    expect(answer.body).toEqual({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  })

  test('pages run only our own scripts and reach only our own origin', async () => {
    const { headers } = await request(gateway.url, { method: 'GET', path: '/', headers: {} })
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy.match(/script-src[^;]*/)?.[0]).not.toContain('unsafe')
    expect(policy).not.toMatch(/https?:/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-powered-by')).toBeNull()
  })

  test('only the playback page may compile WebAssembly, and nothing may be evaluated', async () => {
    const policyOf = async (path: string) => {
      const { headers } = await request(gateway.url, { method: 'GET', path, headers: {} })
      return headers.get('content-security-policy')?.match(/script-src[^;]*/)?.[0]
    }
    expect(await policyOf('/devices/dev_a/playback')).toBe("script-src 'self' 'wasm-unsafe-eval'")
    for (const path of [
      '/devices/dev_a',
      '/playback',
      '/devices/dev_a/playback/x',
      '/api/devices/dev_a/playback',
    ])
      expect([path, await policyOf(path)]).toEqual([path, "script-src 'self'"])
  })

  test('a name that is not ours is refused (DNS rebinding)', async () => {
    const answer = await raw('GET /api/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 421 /)
    const upgrade = await raw(
      'GET /api/devices/x/console HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
    expect(upgrade).toMatch(/^HTTP\/1\.1 421 /)
  })

  test.each(['http://evil.example', 'http://localhost:1', 'null'])(
    'a change that a page of %s sends with our cookie is refused',
    async (origin) => {
      const answer = await gateway.admin.call('POST', '/api/projects', { name: 'forged' }, { Origin: origin })
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'cross-site' } } })
      const signedIn = await request(gateway.url, {
        method: 'POST',
        path: '/api/session',
        body: { email: gateway.admin.email, password: gateway.admin.password },
        headers: { Origin: origin },
      })
      expect(signedIn.status).toBe(403)
    },
  )

  test('a change with the cookie but no origin is refused', async () => {
    const answer = await request(gateway.url, {
      method: 'DELETE',
      path: '/api/session',
      headers: { Cookie: gateway.admin.cookie },
    })
    expect(answer.status).toBe(403)
  })

  test('a form of another site cannot be posted', async () => {
    const answer = await request(gateway.url, {
      method: 'POST',
      path: '/api/projects',
      body: '{"name":"forged"}',
      headers: { Cookie: gateway.admin.cookie, Origin: gateway.url, 'Content-Type': 'text/plain' },
    })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'bad-json' } } })
  })

  test('the cookie is closed to scripts and other sites', async () => {
    const answer = await request(gateway.url, {
      method: 'POST',
      path: '/api/session',
      body: { email: gateway.admin.email, password: gateway.admin.password },
      headers: {},
    })
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/; HttpOnly/)
    expect(cookie).toMatch(/; SameSite=Strict/)
    expect(cookie).toMatch(/; Path=\//)
  })

  test('behind https the cookie is bound to the host', async () => {
    const secure = await startGateway({ LIFELINE_PUBLIC_URL: 'https://console.example.org' })
    try {
      expect(secure.admin.cookie).toMatch(/^__Host-lifeline=/)
      const { headers } = await request(secure.url, { method: 'GET', path: '/', headers: {} })
      expect(headers.get('strict-transport-security')).toContain('max-age')
    } finally {
      await secure.close()
    }
  })

  test.each([
    ['{"name":', 400, 'bad-json'],
    ['"text"', 400, 'bad-json'],
    ['{}', 400, 'bad-request'],
    ['{"name":""}', 400, 'bad-request'],
    ['{"name":"a\\u0000b"}', 400, 'bad-request'],
    [JSON.stringify({ name: 'x'.repeat(limits.requestBytes) }), 413, 'too-large'],
  ])('a body of %.20s is answered %i with words', async (body, status, code) => {
    const answer = await gateway.admin.call('POST', '/api/projects', body)
    expect(answer).toMatchObject({
      status,
      body: { error: { code, message: expect.stringMatching(/\w+ \w+/) } },
    })
    expect(answer.text).not.toMatch(/\bat .*\.[jt]s/)
    expect((await gateway.admin.call('GET', '/api/projects')).body).toEqual([])
  })

  test.each([
    '/api/devices/%E0%A4%A',
    '/api/devices/..%2f..%2fetc',
    '/api/none',
    '/api/devices/dev_x/console/none',
  ])('%s is answered in words, never with a stack', async (path) => {
    const answer = await gateway.admin.call('GET', path)
    expect([400, 404]).toContain(answer.status)
    expect(answer.body.error.message).toMatch(/\w+ \w+/)
  })

  test('files outside the pages cannot be had', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fpackage.json',
      '/..%5c..%5cpackage.json',
    ]) {
      expect(await raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)).not.toContain(
        'better-sqlite3',
      )
    }
  })

  test('a token works without cookie and origin, and ends when it is revoked', async () => {
    const made = await gateway.admin.call('POST', '/api/tokens', { name: 'script', expiresInDays: 1 })
    expect(made.status).toBe(200)
    const headers = { Authorization: `Bearer ${made.body.secret}` }
    const use = () =>
      request(gateway.url, { method: 'POST', path: '/api/projects', body: { name: 'by token' }, headers })
    expect((await use()).status).toBe(200)
    expect((await gateway.admin.call('GET', '/api/tokens')).text).not.toContain(made.body.secret)
    expect((await gateway.admin.call('DELETE', `/api/tokens/${made.body.id}`)).status).toBe(204)
    expect((await use()).status).toBe(401)
  })

  test('signing out everywhere ends every session', async () => {
    const person = await gateway.person('ann')
    const other = await signIn(gateway.url, person.email, person.password)
    expect((await person.call('DELETE', '/api/sessions')).status).toBe(204)
    expect((await person.call('GET', '/api/session')).status).toBe(401)
    expect((await other.call('GET', '/api/session')).status).toBe(401)
  })

  test('passwords and tokens are in no log and no audit', async () => {
    const secret = 'correct horse battery'
    await request(gateway.url, {
      method: 'POST',
      path: '/api/session',
      body: { email: gateway.admin.email, password: secret },
      headers: {},
    })
    const audit = await gateway.admin.call('GET', '/api/audit')
    for (const text of [gateway.logged(), audit.text]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(gateway.admin.password)
      expect(text).not.toContain(gateway.admin.cookie.split('=')[1])
    }
  })
})
