import { createHash, randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Job } from '../../server/contract/jobs.ts'
import { type Answer, type Person, startGateway, type TestGateway } from './gateway.ts'
import { type TestViewer, view } from './viewer.ts'

let gateway: TestGateway
let projectId: string
let device: string
let ann: TestViewer
let target: string
beforeEach(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  const made = await gateway.admin.call('POST', '/api/devices', {
    projectId,
    name: 'box',
    transport: { kind: 'demo', scene: 'box' },
  })
  device = `/api/devices/${made.body.id}`
  ann = await logIn(made.body.id)
  target = join(tmpdir(), `lifeline-jobs-${randomBytes(6).toString('hex')}`)
})
afterEach(async () => {
  ann.kill()
  await gateway.close()
  await rm(target, { force: true })
})

async function logIn(id: string): Promise<TestViewer> {
  const viewer = await view(gateway.admin.socket(id))
  await viewer.sees('login: ')
  viewer.type('root\r')
  await viewer.sees('Password: ')
  viewer.type('lifeline\r')
  await viewer.sees('# ')
  return viewer
}

/** The job once it has ended. */
const ended = (person: Person = gateway.admin): Promise<Job> =>
  vi.waitFor(
    async () => {
      const { body } = await person.call('GET', `${device}/job`)
      if (body?.state === 'running') throw new Error(body.message)
      return body
    },
    { timeout: 30_000, interval: 50 },
  )

const send = (content: Uint8Array, query: string, person: Person = gateway.admin): Promise<Answer> =>
  fetch(`${gateway.url}${device}/files?${query}`, {
    method: 'POST',
    headers: { Cookie: person.cookie, Origin: gateway.url, 'Content-Type': 'application/octet-stream' },
    body: Buffer.from(content),
  }).then(async (response) => {
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
  })

test('200 lines pasted into a file are that file, and those attached see it go on', async () => {
  ann.type(`cat > ${target}\r`)
  await ann.sees(`cat > ${target}\r\n`)
  const text = Array.from(
    { length: 200 },
    (_, at) => `line ${at} of\ta text with 'quotes' and $dollars é\n`,
  ).join('')
  const bob = await view(
    (await gateway.person('bob', { projectId, role: 'watcher' })).socket(device.slice(13)),
  )
  const started = await gateway.admin.call('POST', `${device}/pastes`, { text })
  expect(started.body).toMatchObject({ kind: 'paste', state: 'running', total: Buffer.byteLength(text) })
  const job = await ended()
  expect(job).toMatchObject({
    state: 'done',
    done: job.total,
    verified: true,
    missing: [],
    message: 'All 200 lines arrived.',
  })
  await bob.told('job', (message) => message.job.state === 'done')
  ann.type('\x04')
  await ann.sees('# ')
  await vi.waitFor(async () => expect(await readFile(target, 'utf8')).toBe(text))
  const audit = (await gateway.admin.call('GET', '/api/audit?action=console.pasted')).body
  expect(audit).toMatchObject([
    { target: 'box', detail: { state: 'done', bytes: job.total, arrived: job.total } },
  ])
  expect(gateway.logged()).not.toContain('$dollars')
  bob.kill()
})

test('a file arrives whole, and its path is in the audit, nothing of its content', async () => {
  const content = randomBytes(20_000)
  const query = `path=${encodeURIComponent(target)}&mode=600`
  const answer = await send(content, query)
  expect(answer.status).toBe(202)
  expect(answer.body.sha256).toBe(createHash('sha256').update(content).digest('hex'))
  expect(await ended()).toMatchObject({ state: 'done', done: 20_000, missing: [] })
  expect(await readFile(target)).toEqual(content)
  expect((await send(content, query)).status).toBe(202)
  expect(await ended()).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('exists on the device'),
  })
  const sent = async () => (await gateway.admin.call('GET', '/api/audit?action=console.file-sent')).body
  await expect.poll(sent, { timeout: 60_000 }).toHaveLength(2)
  expect((await sent())[0].detail).toMatchObject({ path: target, state: 'failed', bytes: 20_000 })
  // The lock is back with the page it came from.
  ann.type('echo ba""ck\r')
  await ann.sees('back\r\n')
}, 60_000)

test('it types alone, can be stopped by those who may, and leaves the terminal as it was', async () => {
  const bob = await gateway.person('bob', { projectId, role: 'collaborator' })
  const watcher = await gateway.person('wim', { projectId, role: 'watcher' })
  expect((await bob.call('POST', `${device}/pastes`, { text: 'ls\n' })).body.error.code).toBe('not-writer')
  expect((await watcher.call('POST', `${device}/pastes`, { text: 'ls\n' })).status).toBe(403)
  expect((await send(randomBytes(200_000), `path=${target}`)).status).toBe(202)
  await ann.told('job', ({ job }) => job.done > 0)
  expect((await gateway.admin.call('POST', `${device}/pastes`, { text: 'ls\n' })).body.error.code).toBe(
    'in-use',
  )
  ann.type('x')
  await ann.told('error', ({ code }) => code === 'not-writer')
  expect((await bob.call('DELETE', `${device}/job`)).body.error.code).toBe('forbidden')
  const { id } = (await bob.call('GET', `${device}/job`)).body
  ann.send({ type: 'cancel-job', job: id })
  expect(await ended()).toMatchObject({
    state: 'cancelled',
    message: expect.stringMatching(/stopped it\. Nothing of it was left on the device\.$/),
  })
  ann.type('ls -A /tmp/.lifeline.*; echo e""cho is on\r')
  await ann.sees('e""cho is on')
  await ann.sees('No such file')
}, 60_000)

test('where no shell waits, nothing is typed', async () => {
  ann.type('exit\r')
  await ann.sees('demo login: ')
  await vi.waitFor(async () =>
    expect((await gateway.admin.call('GET', device)).body.console.lastLine).toContain('login:'),
  )
  await send(randomBytes(20), `path=${target}`)
  expect(await ended()).toMatchObject({
    state: 'failed',
    message: 'The console waits for a login. Log in first. Nothing was typed.',
  })
})

test.each([
  ['a relative path', 'path=etc/motd', 400],
  ['a folder', 'path=/etc/', 400],
  ['setuid', 'path=/x&mode=4755', 400],
])('%s is refused', async (_, query, status) => {
  expect((await send(Buffer.from('x'), query)).status).toBe(status)
})

test('what is too large, or no text, is refused', async () => {
  expect((await send(Buffer.alloc(256 * 1024 + 1), 'path=/x')).status).toBe(413)
  expect((await gateway.admin.call('POST', `${device}/pastes`, { text: 'x'.repeat(65_537) })).status).toBe(
    400,
  )
  expect((await gateway.admin.call('POST', `${device}/pastes`, { text: 'a\x1b[201~b' })).status).toBe(400)
})
