import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyLine } from '../../fakes/key-lines.ts'
import { startGateway, type TestGateway } from '../gateway.ts'

/** A forge on loopback with a certificate of its own, and a second one that no setting names. */
let forge: Server
let elsewhere: Server
let origin: string
let gateway: TestGateway
let folder: string
const asked: string[] = []
const pages = new Map<string, { status?: number; headers?: Record<string, string>; body?: string }>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ]
  execFileSync('openssl', [...made, '-keyout', key, '-out', cert, ...name], { stdio: 'ignore' })
  const pem = { key: await readFile(key), cert: await readFile(cert, 'utf8') }
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), pem.cert])
  forge = await serve(pem)
  elsewhere = await serve(pem)
  origin = originOf(forge)
  gateway = await startGateway({ LIFELINE_KEYS_IMPORT_ORIGINS: origin })
})
afterAll(async () => {
  await gateway.close()
  for (const server of [forge, elsewhere]) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  tls.setDefaultCACertificates(tls.getCACertificates('bundled'))
  await rm(folder, { recursive: true })
})

async function serve(pem: { key: Buffer; cert: string }): Promise<Server> {
  const server = createServer(pem, (request, response) => {
    asked.push(`${request.headers.host} ${request.url} ${request.headers.cookie ?? ''}`)
    const page = pages.get(request.url ?? '')
    response.writeHead(page?.status ?? (page ? 200 : 404), page?.headers)
    response.end(page?.body)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return server
}

const originOf = (server: Server): string => `https://localhost:${(server.address() as AddressInfo).port}`
const preview = (url: string, more: object = {}) =>
  gateway.admin.call('POST', '/api/keys/import-preview', { url, ...more })

test('shows what is there, key by key, and keeps nothing', async () => {
  const [known, fresh] = [keyLine('known'), keyLine()]
  await gateway.admin.call('POST', '/api/keys', { text: known })
  pages.set('/ann.keys', { body: `# keys of ann\r\n${fresh}\n\n${known}\nssh-dss AAAA\n` })
  const { status, body } = await preview(`${origin}/ann.keys#top`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    cut: false,
    found: [
      { ok: true, line: fresh, existed: false, type: 'ssh-ed25519', bits: 256 },
      { ok: true, line: known, existed: true },
      { ok: false, at: 5, refusal: { code: expect.any(String), reason: expect.any(String) } },
    ],
  })
  expect((await gateway.admin.call('GET', '/api/keys')).body.total).toBe(1)
  const { project } = { project: await gateway.project('fleet') }
  expect((await preview(`${origin}/ann.keys`, { projectId: project })).body.found[1].existed).toBe(false)
  const entry = (await gateway.admin.call('GET', '/api/audit?action=key.import-previewed')).body[0]
  expect(entry).toMatchObject({ target: `${origin}/ann.keys`, projectId: project })
})

test('goes nowhere but to the origins that the settings name', async () => {
  asked.length = 0
  for (const url of [
    `${originOf(elsewhere)}/ann.keys`,
    `${origin.replace('https', 'http')}/ann.keys`,
    `${origin.replace('localhost', 'ann@localhost')}/ann.keys`,
    `${origin.replace('localhost', '127.0.0.1')}/ann.keys`,
    'https://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    'github.com/ann.keys',
    '',
  ]) {
    const { status, body } = await preview(url)
    expect([url, status, body.error.mistakes[0].path]).toEqual([url, 400, ['url']])
  }
  expect(asked).toEqual([])
})

test('follows a redirect within the origin, never to another, nor in a circle', async () => {
  pages.set('/old', { status: 301, headers: { Location: '/ann.keys' } })
  expect((await preview(`${origin}/old`)).status).toBe(200)
  asked.length = 0
  pages.set('/away', { status: 302, headers: { Location: `${originOf(elsewhere)}/ann.keys` } })
  pages.set('/down', { status: 302, headers: { Location: `${origin.replace('https', 'http')}/ann.keys` } })
  pages.set('/round', { status: 302, headers: { Location: '/round' } })
  for (const path of ['/away', '/down', '/round']) {
    const { body } = await preview(origin + path)
    expect([path, body.error.code]).toEqual([path, 'import-failed'])
  }
  expect(asked.every((line) => line.startsWith(new URL(origin).host))).toBe(true)
  expect(asked).toHaveLength(6)
})

test('says what went wrong, without a byte of what was there', async () => {
  pages.set('/large', { body: `${keyLine('x'.repeat(900))}\n`.repeat(80) })
  const large = await preview(`${origin}/large`)
  expect(large.body.error).toMatchObject({ code: 'import-failed' })
  expect((await preview(`${origin}/nobody.keys`)).body.error.message).toContain('answered 404')
  pages.set('/secret', { body: '<html>the secret of the intranet</html>' })
  const { text, body } = await preview(`${origin}/secret`)
  expect(body.found).toMatchObject([{ ok: false, refusal: { code: 'not-a-key' } }])
  expect(text).not.toContain('intranet')
})

test('reads at most a hundred keys, and says that there were more', async () => {
  pages.set('/many', { body: Array.from({ length: 101 }, () => keyLine()).join('\n') })
  const { body } = await preview(`${origin}/many`)
  expect([body.found.length, body.cut]).toEqual([100, true])
})

test('an empty list of origins allows none', async () => {
  const closed = await startGateway({ LIFELINE_KEYS_IMPORT_ORIGINS: '' })
  try {
    const { status } = await closed.admin.call('POST', '/api/keys/import-preview', {
      url: `${origin}/ann.keys`,
    })
    expect(status).toBe(400)
  } finally {
    await closed.close()
  }
})
