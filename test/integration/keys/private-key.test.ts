import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyLine } from '../../fakes/key-lines.ts'
import { startGateway, type TestGateway } from '../gateway.ts'

let gateway: TestGateway
let folder: string
let projectId: string
/** Private keys by what they are; each test of the gateway gets all of them. */
const secrets: Record<string, string> = {}

beforeAll(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  folder = await mkdtemp(join(tmpdir(), 'private-keys-'))
  const made = async (name: string, ...options: string[]): Promise<string> => {
    const file = join(folder, name)
    execFileSync('ssh-keygen', ['-q', '-f', file, '-C', '', ...options])
    return readFile(file, 'utf8')
  }
  secrets.openssh = await made('openssh', '-t', 'ed25519', '-N', '')
  secrets.encrypted = await made('encrypted', '-t', 'ecdsa', '-N', 'a passphrase')
  secrets.pem = await made('pem', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '')
  secrets.pkcs8 = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  secrets.jwk = JSON.stringify(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  )
  secrets.ppk = ppk()
  secrets.cut = (secrets.openssh ?? '').slice(0, 200)
  secrets.hidden = `${keyLine('mine')}\n${secrets.pkcs8}`
  secrets.before = `${secrets.pem}\n${keyLine('mine')}`
})
afterAll(async () => {
  await gateway.close()
  await rm(folder, { recursive: true })
})

test('a private key is refused whatever it is in, and no 16-byte piece of it is anywhere', async () => {
  const answers: string[] = []
  for (const [name, secret] of Object.entries(secrets)) {
    for (const path of ['/api/keys', `/api/projects/${projectId}/keys`]) {
      const plain = await gateway.admin.call('POST', path, { text: secret })
      expect([name, plain.status, plain.body.error.refusal?.code]).toEqual([name, 422, 'private-key'])
      // Where it does not belong: fields of other shapes, names of fields, half a document, the address.
      const odd = [
        { text: secret, label: secret },
        { text: { [secret]: secret } },
        { text: [secret] },
        { text: keyLine(), label: secret.repeat(2) },
        { text: keyLine(), expiresAt: secret },
        { text: keyLine(), devices: [secret] },
        { [secret]: secret },
        `{"text": "${secret}`,
      ]
      for (const body of odd) answers.push((await gateway.admin.call('POST', path, body)).text)
      answers.push(plain.text)
    }
    const edits = [{ label: secret }, { expiresAt: secret }, { label: { [secret]: 1 } }]
    for (const body of edits) {
      answers.push((await gateway.admin.call('PATCH', `/api/keys/key_${'a'.repeat(20)}`, body)).text)
    }
    const url = `https://github.com.invalid/${encodeURIComponent(secret)}`
    answers.push((await gateway.admin.call('POST', '/api/keys/import-preview', { url })).text)
    answers.push((await gateway.admin.call('GET', `/api/keys?search=${encodeURIComponent(secret)}`)).text)
  }
  const { text: audit } = await gateway.admin.call('GET', '/api/audit')
  const files = await contentsOf(join(gateway.folder, 'data'))
  expect([...files.keys()].join(' ')).toMatch(/lifeline\.db-wal/)
  const places = new Map<string, Buffer>([
    ...files,
    ['log', Buffer.from(gateway.logged())],
    ['audit', Buffer.from(audit)],
    ['answers', Buffer.from(answers.join('\n'))],
  ])
  for (const [name, secret] of Object.entries(secrets)) {
    for (const piece of pieces(secret)) {
      for (const [place, content] of places) {
        if (content.includes(piece)) expect.fail(`16 bytes of ${name} are in ${place}`)
      }
    }
  }
})

test('what is looked for would be found', async () => {
  const line = keyLine('found')
  await gateway.admin.call('POST', '/api/keys', { text: line })
  const files = [...(await contentsOf(join(gateway.folder, 'data'))).values()]
  const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64').subarray(19)
  expect(files.some((content) => content.includes(blob))).toBe(true)
})

/** Every 16 bytes of the secret itself, as they are written and as the bytes that base64 stands for; not the frame, which every key has. */
function pieces(secret: string): Buffer[] {
  const lines = secret.split('\n').filter((line) => /^[A-Za-z0-9+/=]{17,}$/.test(line))
  const texts = secret.startsWith('{') ? [/"d":"([^"]+)"/.exec(secret)?.[1] ?? ''] : lines
  const written = texts.flatMap((line) => windows(Buffer.from(line)))
  const meant = windows(Buffer.from(texts.join(''), 'base64'))
  // The head of a container and the public half are no secret, and are the same in keys that are kept; here nothing is kept of them.
  return [...written, ...meant.slice(64)]
}

function windows(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.max(0, bytes.length - 15) }, (_, at) => bytes.subarray(at, at + 16))
}

async function contentsOf(path: string): Promise<Map<string, Buffer>> {
  const names = await readdir(path, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(files.map(async (file): Promise<[string, Buffer]> => [file, await readFile(file)])),
  )
}

/** As PuTTYgen 0.81 wrote it (version 3, not encrypted). */
function ppk(): string {
  return [
    'PuTTY-User-Key-File-3: ssh-ed25519',
    'Encryption: none',
    'Comment: eddsa-key-20260101',
    'Public-Lines: 2',
    'AAAAC3NzaC1lZDI1NTE5AAAAIB5oRPSBvUQsHvmWRmHyWrrzyeOSHgKVh2jEHqcT',
    'zvnT',
    'Private-Lines: 1',
    'AAAAIGsBTUtLDnJ4p3sXqwFQHJVMz8R2kDdhJZ4Yw0cXnVfU',
    'Private-MAC: 5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99',
    '',
  ].join('\n')
}
