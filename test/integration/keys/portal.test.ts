import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fingerprintOf, keyLine } from '../../fakes/key-lines.ts'
import { type Person, startGateway, type TestGateway } from '../gateway.ts'

let gateway: TestGateway
let projectId: string
let ann: Person
let bob: Person
let wes: Person

beforeAll(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  ann = await gateway.person('ann', { projectId, role: 'owner' })
  bob = await gateway.person('bob', { projectId, role: 'collaborator' })
  wes = await gateway.person('wes', { projectId, role: 'watcher' })
})
afterAll(() => gateway.close())

const add = (person: Person, text: string, more: object = {}) =>
  person.call('POST', '/api/keys', { text, ...more })
const addToProject = (person: Person, text: string, more: object = {}) =>
  person.call('POST', `/api/projects/${projectId}/keys`, { text, ...more })

describe('adding a key', () => {
  test('answers it in normal form, with what ssh-keygen says of it', async () => {
    const line = keyLine('ann@laptop')
    const { status, body } = await add(ann, `\ufeff  ${line.replace(' ', '   ')}\r\n`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      existed: false,
      key: {
        scope: 'personal',
        owner: { id: ann.id, name: 'ann' },
        type: 'ssh-ed25519',
        bits: 256,
        sha256: fingerprintOf(line),
        line,
        label: 'ann@laptop',
        comment: 'ann@laptop',
        createdBy: ann.email,
        expiresAt: null,
        expired: false,
        lastPushedAt: null,
        foundOn: 0,
        may: { edit: true, delete: true },
      },
    })
    expect(body.key.md5).toMatch(/^MD5:([0-9a-f]{2}:){15}[0-9a-f]{2}$/)
  })

  test('again, with another comment, answers the one that is there', async () => {
    const line = keyLine('first')
    const first = await add(ann, line, { label: 'Laptop' })
    const again = await add(ann, line.replace('first', 'second'), { label: 'Other' })
    expect(again.body).toMatchObject({ existed: true, key: { id: first.body.key.id, label: 'Laptop' } })
    const others = await add(bob, line)
    expect(others.body.existed).toBe(false)
    const ofProject = await addToProject(ann, line)
    expect(ofProject.body).toMatchObject({
      existed: false,
      key: { scope: 'project', owner: { id: projectId } },
    })
  })

  test('by two at once makes one key', async () => {
    const line = keyLine('race')
    const answers = await Promise.all(Array.from({ length: 8 }, () => addToProject(ann, line)))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(new Set(answers.map(({ body }) => body.key.id)).size).toBe(1)
    expect(answers.filter(({ body }) => !body.existed)).toHaveLength(1)
  })

  test('without a comment is named by its type and fingerprint', async () => {
    const line = keyLine()
    const { body } = await add(ann, line)
    expect(body.key.label).toBe(`ssh-ed25519 ${fingerprintOf(line).slice(-8)}`)
  })

  test('is refused with the precise reason', async () => {
    const two = `${keyLine('a')}\n${keyLine('b')}`
    const { status, body } = await add(ann, two)
    expect(status).toBe(422)
    expect(body.error).toMatchObject({ code: 'key-refused', refusal: { code: 'multiple-keys' } })
    expect(body.error.message).toBe(`${body.error.refusal.reason} ${body.error.refusal.remedy}`)
  })

  test('that has expired already, or with an expiry that is no time, is a mistake', async () => {
    const past = await add(ann, keyLine(), { expiresAt: Date.now() - 1 })
    expect(past.body.error).toMatchObject({ code: 'bad-request', mistakes: [{ path: ['expiresAt'] }] })
    expect((await add(ann, keyLine(), { expiresAt: 'soon' })).status).toBe(400)
  })

  test('ignores fields that are none, and refuses texts that are too long', async () => {
    expect(
      (await add(ann, keyLine('odd'), { id: 'key_x', userId: bob.id, createdBy: 'eve' })).body.key,
    ).toMatchObject({ owner: { id: ann.id }, createdBy: ann.email })
    const long = await add(ann, `${keyLine('long')}${' '.repeat(70_000)}`)
    expect(long.body.error).toMatchObject({ code: 'key-refused', refusal: { code: 'too-large' } })
    expect((await add(ann, 'x'.repeat(300_000))).status).toBe(413)
  })
})

describe('lists', () => {
  test('come in pages, the newest first, each key once', async () => {
    const lister = await gateway.person('lister')
    const labels = ['one', 'two', 'three', 'four', 'five']
    for (const label of labels) await add(lister, keyLine(), { label })
    const seen: string[] = []
    let path = '/api/keys?limit=2'
    for (;;) {
      const { body } = await lister.call('GET', path)
      expect(body.total).toBe(5)
      seen.push(...body.keys.map(({ label }: { label: string }) => label))
      if (body.next === null) break
      path = `/api/keys?limit=2&cursor=${body.next}`
    }
    expect(seen).toEqual(labels.toReversed())
  })

  test('are filtered by text, type and expiry', async () => {
    const seeker = await gateway.person('seeker')
    const line = keyLine('box-100%')
    await add(seeker, line, { label: 'Laptop', expiresAt: Date.now() + 3_600_000 })
    await add(seeker, keyLine('box-1000'), { label: 'Desk' })
    const labels = async (query: string) =>
      (await seeker.call('GET', `/api/keys?${query}`)).body.keys.map(({ label }: { label: string }) => label)
    expect(await labels(`search=${encodeURIComponent('100%')}`)).toEqual(['Laptop'])
    expect(await labels('search=lap')).toEqual(['Laptop'])
    expect(await labels(`search=${encodeURIComponent(fingerprintOf(line))}`)).toEqual(['Laptop'])
    expect(await labels('type=ssh-rsa')).toEqual([])
    expect(await labels('expired=no')).toEqual(['Desk', 'Laptop'])
    expect(await labels('expired=yes')).toEqual([])
    expect((await seeker.call('GET', '/api/keys?cursor=nonsense')).status).toBe(400)
    expect((await seeker.call('GET', '/api/keys?limit=0')).status).toBe(400)
    expect((await seeker.call('GET', '/api/keys?limit=101')).status).toBe(400)
  })
})

describe('changing and deleting', () => {
  test('a rename keeps the key, an expiry in the past ends it now', async () => {
    const { key } = (await add(ann, keyLine('old name'))).body
    const renamed = await ann.call('PATCH', `/api/keys/${key.id}`, { label: 'New name' })
    expect(renamed.body).toEqual({ ...key, label: 'New name' })
    const ended = await ann.call('PATCH', `/api/keys/${key.id}`, { expiresAt: 1 })
    expect(ended.body).toMatchObject({ label: 'New name', expired: true })
    const revived = await ann.call('PATCH', `/api/keys/${key.id}`, { expiresAt: null })
    expect(revived.body).toMatchObject({ expired: false })
  })

  test('a renaming and a deletion at once end in one of the two, never in both', async () => {
    const { key } = (await add(ann, keyLine('fought over'))).body
    const [renamed, deleted] = await Promise.all([
      ann.call('PATCH', `/api/keys/${key.id}`, { label: 'Mine' }),
      ann.call('DELETE', `/api/keys/${key.id}`),
    ])
    expect(deleted.status).toBe(200)
    expect([200, 404]).toContain(renamed.status)
    expect((await ann.call('GET', `/api/keys/${key.id}`)).status).toBe(404)
    expect((await ann.call('DELETE', `/api/keys/${key.id}`)).status).toBe(404)
  })

  test('a personal key of others is as if it were not there, except for an instance admin', async () => {
    const { key } = (await add(ann, keyLine('private life'))).body
    const missing = `/api/keys/key_${'a'.repeat(20)}`
    for (const [method, body] of [['GET'], ['PATCH', { label: 'x' }], ['DELETE']] as const) {
      const hidden = await bob.call(method, `/api/keys/${key.id}`, body)
      const nothing = await bob.call(method, missing, body)
      expect([hidden.status, hidden.text]).toEqual([404, nothing.text])
    }
    expect((await gateway.admin.call('DELETE', `/api/keys/${key.id}`)).status).toBe(200)
    const entry = (await gateway.admin.call('GET', '/api/audit?action=key.deleted')).body[0]
    expect(entry.detail).toMatchObject({ fingerprint: key.sha256, of: ann.id, asAdmin: true })
  })

  test('a project key is seen by members and managed by owners', async () => {
    const { key } = (await addToProject(ann, keyLine('deploy'))).body
    for (const person of [bob, wes]) {
      expect((await person.call('GET', `/api/keys/${key.id}`)).body.may).toEqual({
        edit: false,
        delete: false,
      })
      expect((await person.call('PATCH', `/api/keys/${key.id}`, { label: 'x' })).status).toBe(403)
      expect((await person.call('DELETE', `/api/keys/${key.id}`)).status).toBe(403)
      expect((await addToProject(person, keyLine())).status).toBe(403)
    }
    expect((await ann.call('DELETE', `/api/keys/${key.id}`)).status).toBe(200)
  })

  test('keys end with their user and their project', async () => {
    const gone = await gateway.person('gone')
    const { key } = (await add(gone, keyLine())).body
    expect((await gateway.admin.call('DELETE', `/api/users/${gone.id}`)).status).toBe(204)
    expect((await gateway.admin.call('GET', `/api/keys/${key.id}`)).status).toBe(404)
  })
})

describe('a token', () => {
  test('sees and deletes keys, and neither adds nor changes any', async () => {
    const { key } = (await add(ann, keyLine('by token'))).body
    const { secret } = (await ann.call('POST', '/api/tokens', { name: 'script', expiresInDays: 1 })).body
    const byToken = { Authorization: `Bearer ${secret}`, Cookie: '' }
    expect((await ann.call('GET', '/api/keys', undefined, byToken)).status).toBe(200)
    const added = await ann.call('POST', '/api/keys', { text: keyLine() }, byToken)
    expect(added.body.error).toMatchObject({
      code: 'forbidden',
      message: 'An API token may not add keys. Sign in with your password to do that.',
    })
    expect(
      (await ann.call('POST', `/api/projects/${projectId}/keys`, { text: keyLine() }, byToken)).status,
    ).toBe(403)
    expect((await ann.call('PATCH', `/api/keys/${key.id}`, { expiresAt: null }, byToken)).status).toBe(403)
    expect((await ann.call('DELETE', `/api/keys/${key.id}`, undefined, byToken)).status).toBe(200)
  })
})

test('the audit names keys by fingerprint, never by line', async () => {
  const line = keyLine('audited')
  const { key } = (await addToProject(ann, line)).body
  await ann.call('PATCH', `/api/keys/${key.id}`, { label: 'Renamed' })
  await ann.call('PATCH', `/api/keys/${key.id}`, { label: 'Renamed' })
  const changes = (await ann.call('GET', '/api/audit?action=key.changed')).body
  expect(changes.filter((entry: { target: string }) => entry.target === 'Renamed')).toHaveLength(1)
  const { text } = await ann.call('GET', '/api/audit')
  expect(text).toContain(fingerprintOf(line))
  expect(text).not.toContain(line.split(' ')[1])
})
