import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documents, type FirstBoot } from '../../../server/provision/documents.ts'
import { quoted } from '../../../server/provision/yaml.ts'

const boot: FirstBoot = {
  instanceId: `prv_${'a'.repeat(20)}`,
  deviceId: `dev_${'b'.repeat(20)}`,
  hostname: 'db1',
  keys: ['ssh-ed25519 AAAA ann "at" C:\\home é 😀', 'ssh-rsa BBBB'],
  passwordHash: '$6$salt$hash',
  address: 'https://gateway/provision/token/',
  networkConfig: null,
}

test('user-data gives root its keys and its hash, and the way home', () => {
  const text = documents['user-data'].text(boot)
  expect(text.split('\n')[0]).toBe('#cloud-config')
  expect(text).toContain('\ndisable_root: false\n')
  expect(text).toContain('hashed_passwd: "$6$salt$hash"')
  expect(text).toContain('url: "https://gateway/provision/token/phone-home"')
  expect(documents['user-data'].text({ ...boot, keys: [] })).toContain('ssh_authorized_keys: []\n')
})

const python = spawnSync('python3', ['-c', 'import yaml']).status === 0

describe.skipIf(!python)(python ? 'read by PyYAML' : 'read by PyYAML (needs python3-yaml)', () => {
  const read = (text: string): unknown => {
    const program =
      'import json,sys,yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read().decode())))'
    const { stdout, stderr } = spawnSync('python3', ['-c', program], { input: text, encoding: 'utf8' })
    if (stderr !== '') throw new Error(stderr)
    return JSON.parse(stdout)
  }

  test('the documents say what they were made of', () => {
    expect(read(documents['user-data'].text(boot))).toMatchObject({
      disable_root: false,
      users: [
        { name: 'root', lock_passwd: false, hashed_passwd: '$6$salt$hash', ssh_authorized_keys: boot.keys },
      ],
      phone_home: { url: 'https://gateway/provision/token/phone-home', tries: 10 },
    })
    const metaData = { 'instance-id': boot.instanceId, 'local-hostname': 'db1' }
    expect(read(documents['meta-data'].text(boot))).toEqual(metaData)
    expect(read(documents['network-config'].text(boot))).toMatchObject({ version: 2 })
  })

  test('any text is quoted to what it was', () => {
    const all = fc.sample(fc.string({ unit: 'binary', maxLength: 20 }), 300)
    const texts = all.filter((text) => text.isWellFormed())
    expect(read(`[${texts.map(quoted).join(', ')}]`)).toEqual(texts)
  })
})
