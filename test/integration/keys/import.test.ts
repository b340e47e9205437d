import { readFile } from 'node:fs/promises'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Forge, startForge } from '../../fakes/forge.ts'
import { keyLine } from '../../fakes/key-lines.ts'
import { startGateway, type TestGateway } from '../gateway.ts'

let forge: Forge
/** One that no setting names. */
let elsewhere: Forge
let origin: string
let gateway: TestGateway

beforeAll(async () => {
  forge = await startForge()
  elsewhere = await startForge()
  const trusted = await Promise.all(
    [forge, elsewhere].map(({ certificate }) => readFile(certificate, 'utf8')),
  )
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...trusted])
  origin = forge.origin
  gateway = await startGateway({ LIFELINE_KEYS_IMPORT_ORIGINS: origin })
})
afterAll(async () => {
  await gateway.close()
  for (const site of [forge, elsewhere]) await site.close()
  tls.setDefaultCACertificates(tls.getCACertificates('bundled'))
})

const preview = (url: string, more: object = {}) =>
  gateway.admin.call('POST', '/api/keys/import-preview', { url, ...more })

test('shows what is there, key by key, and keeps nothing', async () => {
  const [known, fresh] = [keyLine('known'), keyLine()]
  await gateway.admin.call('POST', '/api/keys', { text: known })
  forge.pages.set('/ann.keys', { body: `# keys of ann\r\n${fresh}\n\n${known}\nssh-dss AAAA\n` })
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
  forge.asked.length = 0
  for (const url of [
    `${elsewhere.origin}/ann.keys`,
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
  expect([...forge.asked, ...elsewhere.asked]).toEqual([])
})

test('follows a redirect within the origin, never to another, nor in a circle', async () => {
  forge.pages.set('/old', { status: 301, headers: { Location: '/ann.keys' } })
  expect((await preview(`${origin}/old`)).status).toBe(200)
  forge.asked.length = 0
  forge.pages.set('/away', { status: 302, headers: { Location: `${elsewhere.origin}/ann.keys` } })
  forge.pages.set('/down', {
    status: 302,
    headers: { Location: `${origin.replace('https', 'http')}/ann.keys` },
  })
  forge.pages.set('/round', { status: 302, headers: { Location: '/round' } })
  for (const path of ['/away', '/down', '/round']) {
    const { body } = await preview(origin + path)
    expect([path, body.error.code]).toEqual([path, 'import-failed'])
  }
  expect(forge.asked).toHaveLength(6)
  expect(elsewhere.asked).toEqual([])
})

test('says what went wrong, without a byte of what was there', async () => {
  forge.pages.set('/large', { body: `${keyLine('x'.repeat(900))}\n`.repeat(80) })
  const large = await preview(`${origin}/large`)
  expect(large.body.error).toMatchObject({ code: 'import-failed' })
  expect((await preview(`${origin}/nobody.keys`)).body.error.message).toContain('answered 404')
  forge.pages.set('/secret', { body: '<html>the secret of the intranet</html>' })
  const { text, body } = await preview(`${origin}/secret`)
  expect(body.found).toMatchObject([{ ok: false, refusal: { code: 'not-a-key' } }])
  expect(text).not.toContain('intranet')
})

test('reads at most a hundred keys, and says that there were more', async () => {
  forge.pages.set('/many', { body: Array.from({ length: 101 }, () => keyLine()).join('\n') })
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
