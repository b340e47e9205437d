import { describe, expect, test } from 'vitest'
import { AppError } from '../../../server/base/errors.ts'
import { Secret } from '../../../server/base/secret.ts'
import { planCreation, planEdit, planHostKey, planTest } from '../../../server/devices/plan.ts'
import type { DeviceEdit, DeviceRecord } from '../../../server/devices/record.ts'
import { command, input, ipmi, local, record, ssh, tcp } from './inputs.ts'

const admin = { byAdmin: true, now: 9 }
const owner = { byAdmin: false, now: 9 }
const password = new Secret('a password')
const opensshKey = new Secret(
  '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
)
const fingerprint = `SHA256:${'A'.repeat(43)}`

function mistakesOf(run: () => unknown): string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-request') {
      return error.mistakes.map((mistake) => mistake.path.join('.'))
    }
    throw error
  }
  return []
}

const forbidden = expect.objectContaining({ code: 'forbidden' })

describe('credentials', () => {
  const create = (given: Parameters<typeof input>[0]) =>
    mistakesOf(() => planCreation('dev_a', input(given), owner))

  test('are kept where the transport uses them', () => {
    const plan = planCreation(
      'dev_a',
      input({ transport: ssh, secrets: { password, privateKey: opensshKey } }),
      owner,
    )
    expect(plan.device.secretsKept).toEqual(['password', 'privateKey'])
    expect(plan.detail).toMatchObject({ password: 'set', privateKey: 'set' })
  })

  test.each([
    [ipmi, { privateKey: opensshKey }, ['secrets.privateKey']],
    [tcp, { password }, ['secrets.password']],
    [tcp, { password, privateKey: opensshKey }, ['secrets.password', 'secrets.privateKey']],
    [ssh, { passphrase: password }, ['secrets.passphrase']],
  ])('are refused where it does not: %o', (transport, secrets, mistakes) => {
    expect(create({ transport, secrets })).toEqual(mistakes)
  })

  test.each([
    ['20 bytes', 'x'.repeat(20), []],
    ['21 bytes', 'x'.repeat(21), ['secrets.password']],
    ['21 bytes in 7 characters', '€'.repeat(7), ['secrets.password']],
    ['a line break', 'two\nlines', ['secrets.password']],
  ])('for IPMI: a password of %s', (_, value, mistakes) => {
    expect(create({ transport: ipmi, secrets: { password: new Secret(value) } })).toEqual(mistakes)
  })

  test('for IPMI: a user name has at most 16 bytes', () => {
    expect(create({ transport: { ...ipmi, username: 'x'.repeat(16) } as typeof ipmi })).toEqual([])
    expect(create({ transport: { ...ipmi, username: 'x'.repeat(17) } as typeof ipmi })).toEqual([
      'transport.username',
    ])
  })

  test.each([
    ['-----BEGIN RSA PRIVATE KEY-----\nx', []],
    ['\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nx', []],
    ['ssh-ed25519 AAAAC3 me@home', ['secrets.privateKey']],
    ['PuTTY-User-Key-File-3: ssh-ed25519', ['secrets.privateKey']],
    ['-----BEGIN PUBLIC KEY-----', ['secrets.privateKey']],
    ['hunter2', ['secrets.privateKey']],
  ])('as a private key: %j', (value, mistakes) => {
    expect(create({ transport: ssh, secrets: { privateKey: new Secret(value) } })).toEqual(mistakes)
  })

  test('are in no message and in no detail', () => {
    const value = 'umbrella-harmonica-1133-umbrella'
    const secrets = { password: new Secret(value), privateKey: new Secret(value) }
    const attempt = () => planCreation('dev_a', input({ transport: ipmi, secrets }), owner)
    expect(attempt).toThrow('secrets.password')
    expect(attempt).not.toThrow(value.slice(0, 8))
    const plan = planCreation(
      'dev_a',
      input({ transport: ssh, secrets: { password: new Secret(value) } }),
      owner,
    )
    expect(JSON.stringify(plan)).not.toContain(value.slice(0, 8))
  })
})

describe('an edit', () => {
  const kept = record({ transport: ssh, secretsKept: ['password'] })

  test('changes only what is named, and says what changed', () => {
    const plan = planEdit(
      kept,
      { name: 'web2', description: 'long', enabled: undefined } as DeviceEdit,
      owner,
    )
    expect(plan.device).toEqual({ ...kept, name: 'web2', description: 'long', updatedAt: 9 })
    expect(plan.detail).toEqual({ name: 'web1 -> web2', description: 'changed' })
  })

  test('that changes nothing is none', () => {
    const { transport, settings, name } = structuredClone(kept)
    expect(planEdit(kept, { transport, settings, name }, owner)).toEqual({
      device: kept,
      secrets: {},
      detail: {},
    })
  })

  test('can take the address away', () => {
    const plan = planEdit(record({ address: 'web1.example.org' }), { address: null }, owner)
    expect(plan.device.address).toBeNull()
    expect(plan.detail).toEqual({ address: 'web1.example.org -> none' })
  })

  test('tells of arguments and typed commands only that they changed', () => {
    const plan = planEdit(
      record({ transport: command }),
      { transport: { kind: 'command', argv: ['/bin/x', 'hunter2'] } },
      admin,
    )
    expect(plan.detail).toMatchObject({ 'transport.argv': 'changed' })
    expect(JSON.stringify(plan.detail)).not.toContain('hunter2')
  })

  test.each([
    ['host', { ...ssh, host: '198.51.100.1' }],
    ['port', { ...ssh, port: 2200 }],
    ['user name', { ...ssh, username: 'other' }],
    ['kind', { ...ipmi, host: '192.0.2.7', port: 22, username: 'root' }],
  ] as [string, DeviceRecord['transport']][])(
    'of the %s wants the kept password again, of admins too',
    (_, transport) => {
      for (const who of [owner, admin]) {
        expect(mistakesOf(() => planEdit(kept, { transport }, who))).toEqual(['transport.host'])
        expect(mistakesOf(() => planEdit(kept, { transport, secrets: { passphrase: null } }, who))).toEqual([
          'transport.host',
        ])
        expect(mistakesOf(() => planEdit(kept, { transport, secrets: { password } }, who))).toEqual([])
        expect(planEdit(kept, { transport, secrets: { password: null } }, who).device.secretsKept).toEqual([])
      }
    },
  )

  test('of anything else of the transport does not', () => {
    const transport = { ...ssh, legacyAlgorithms: true, hostKey: fingerprint, preset: 'idrac' } as typeof ssh
    expect(planEdit(kept, { transport }, owner).device).toMatchObject({
      transport,
      secretsKept: ['password'],
    })
  })

  test('to a transport that uses no credentials forgets them', () => {
    const plan = planEdit(kept, { transport: tcp }, owner)
    expect(plan.secrets).toEqual({ password: null })
    expect(plan.detail).toMatchObject({ password: 'forgotten', 'transport.kind': 'ssh -> tcp' })
  })

  test('with a new private key forgets the passphrase of the old one', () => {
    const before = record({ transport: ssh, secretsKept: ['privateKey', 'passphrase'] })
    expect(planEdit(before, { secrets: { privateKey: opensshKey } }, owner).device.secretsKept).toEqual([
      'privateKey',
    ])
    expect(planEdit(before, { secrets: { privateKey: null } }, owner).device.secretsKept).toEqual([])
    expect(planEdit(before, { secrets: { passphrase: password } }, owner).device.secretsKept).toEqual(
      before.secretsKept,
    )
  })

  test('that forgets what is not kept is none', () => {
    expect(planEdit(kept, { secrets: { privateKey: null } }, owner).detail).toEqual({})
  })

  test('names all mistakes at once', () => {
    const transport = { ...ipmi, username: 'x'.repeat(17) } as typeof ipmi
    const secrets = { privateKey: opensshKey }
    expect(mistakesOf(() => planEdit(kept, { transport, secrets }, owner))).toEqual([
      'transport.username',
      'secrets.privateKey',
      'transport.host',
    ])
  })
})

describe("what reaches into the gateway's own machine", () => {
  test.each(local)('is for instance admins to set up: %o', (transport) => {
    expect(() => planCreation('dev_a', input({ transport }), owner)).toThrow(forbidden)
    expect(() => planEdit(record(), { transport }, owner)).toThrow(forbidden)
    expect(() => planTest({ transport, secrets: {}, device: undefined, byAdmin: false })).toThrow(forbidden)
    expect(() => planTest({ transport, secrets: {}, device: record(), byAdmin: false })).toThrow(forbidden)
    expect(planCreation('dev_a', input({ transport }), admin).device.allowLocalTargets).toBe(true)
    expect(planTest({ transport, secrets: {}, device: undefined, byAdmin: true }).allowLocalTargets).toBe(
      true,
    )
  })

  test('may be renamed, tried and sent back as it is by others', () => {
    const before = record({ transport: command, allowLocalTargets: true })
    const plan = planEdit(before, { name: 'web2', transport: structuredClone(command) }, owner)
    expect(plan.device).toMatchObject({ name: 'web2', allowLocalTargets: true })
    expect(
      planTest({ transport: command, secrets: {}, device: before, byAdmin: false }).allowLocalTargets,
    ).toBe(true)
    const other = { kind: 'command' as const, argv: ['/bin/sh'] }
    expect(() => planEdit(before, { transport: other }, owner)).toThrow(forbidden)
  })

  test("an admin's word for an address holds until the address changes", () => {
    const before = record({ transport: ssh, allowLocalTargets: true })
    const allows = (edit: DeviceEdit, who = owner) => planEdit(before, edit, who).device.allowLocalTargets
    expect(allows({ name: 'web2' })).toBe(true)
    expect(allows({ transport: { ...ssh, legacyAlgorithms: true } as typeof ssh })).toBe(true)
    expect(allows({ transport: { ...ssh, username: 'other' } as typeof ssh })).toBe(true)
    expect(allows({ transport: { ...ssh, host: '198.51.100.1' } as typeof ssh })).toBe(false)
    expect(allows({ transport: { ...ssh, port: 2200 } as typeof ssh })).toBe(false)
    expect(allows({ transport: tcp })).toBe(false)
    expect(allows({ transport: tcp }, admin)).toBe(true)
  })

  test('an admin gives their word only by naming the transport', () => {
    expect(planEdit(record(), { name: 'web2' }, admin).device.allowLocalTargets).toBe(false)
    const vouched = planEdit(record(), { transport: tcp }, admin)
    expect(vouched.device.allowLocalTargets).toBe(true)
    expect(vouched.detail).toEqual({ allowLocalTargets: 'false -> true' })
  })
})

describe('a test connection', () => {
  const device = record({ transport: ssh, secretsKept: ['password', 'privateKey'] })
  const plan = (given: Partial<Parameters<typeof planTest>[0]>) =>
    planTest({ transport: ssh, secrets: {}, device, byAdmin: false, ...given })

  test('uses the kept credentials that are not given', () => {
    expect(plan({}).kept).toEqual(['password', 'privateKey'])
    expect(plan({ secrets: { password } }).kept).toEqual(['privateKey'])
  })

  test.each([
    { ...ssh, host: '198.51.100.1' },
    { ...ssh, port: 2200 },
    { ...ssh, username: 'other' },
  ] as DeviceRecord['transport'][])('never sends them elsewhere: %o', (transport) => {
    expect(mistakesOf(() => plan({ transport }))).toEqual(['transport.host'])
    expect(plan({ transport, secrets: { password } }).kept).toEqual([])
    expect(plan({ transport, secrets: { password }, byAdmin: true }).kept).toEqual([])
  })

  test('of another transport uses none that it does not know', () => {
    expect(plan({ transport: tcp }).kept).toEqual([])
  })

  test('of a new device has only what is given', () => {
    expect(plan({ device: undefined, secrets: { password } })).toEqual({
      transport: ssh,
      given: { password },
      kept: [],
      allowLocalTargets: false,
    })
  })
})

describe('a host key', () => {
  test('is pinned, and nothing else changes', () => {
    const before = record({ transport: ssh, allowLocalTargets: true, secretsKept: ['password'] })
    const plan = planHostKey(before, fingerprint, 9)
    expect(plan.device).toEqual({ ...before, transport: { ...ssh, hostKey: fingerprint }, updatedAt: 9 })
    expect(plan.detail).toEqual({ accepted: fingerprint, before: null })
    expect(planHostKey(plan.device, fingerprint.replace('A', 'B'), 9).detail).toMatchObject({
      before: fingerprint,
    })
  })

  test('is nothing that other transports have', () => {
    expect(() => planHostKey(record(), fingerprint, 9)).toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    )
  })
})
