import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AppError } from '../../../server/base/errors.ts'
import { Secret } from '../../../server/base/secret.ts'
import { userRepository } from '../../../server/store/users.ts'
import { cheap, Gateway, home, type Person, present, refused } from './gateway.ts'

let gateway: Gateway
let admin: Person
let ann: Person

beforeEach(async () => {
  gateway = await Gateway.open()
  admin = await gateway.admin()
  ann = await gateway.person('ann', { by: admin })
})

afterEach(() => gateway.close())

describe('the first start', () => {
  test('makes one admin, whose generated password must be changed before anything else', async () => {
    const empty = await Gateway.open()
    const first = present(await empty.access.ensureFirstAdmin())
    expect(first.email).toBe('admin@lifeline.local')
    expect(String(first.password)).toBe('[secret]')
    const principal = await empty.signIn(first.email, first.password.reveal())
    expect(principal).toMatchObject({ admin: true, mustChangePassword: true })
    await expect(empty.access.users(principal)).rejects.toMatchObject({ code: 'password-change-required' })
    await empty.settle(first.email, first.password.reveal())
    expect(await empty.entries('user.created')).toMatchObject([{ actor: 'gateway', target: first.email }])
    await empty.close()
  })

  test('is only the first one', async () => {
    expect(await gateway.access.ensureFirstAdmin()).toBeNull()
  })

  test('makes one admin also when it happens twice at once', async () => {
    const empty = await Gateway.open()
    const made = await Promise.all([empty.access.ensureFirstAdmin(), empty.access.ensureFirstAdmin()])
    expect(made.filter((one) => one !== null)).toHaveLength(1)
    await empty.close()
  })
})

describe('signing in', () => {
  test('gives a new session each time, and the audit says who and from where', async () => {
    const one = await gateway.signIn(ann.user.email, ann.password)
    const two = await gateway.signIn(ann.user.email, ann.password)
    expect(one.via.id).not.toBe(two.via.id)
    expect(await gateway.access.renew(one, 'quiet')).toBeDefined()
    expect((await gateway.entries('session.signed-in')).at(-1)).toMatchObject({
      actorId: ann.user.id,
      actor: 'ann@example.org',
      address: home,
    })
  })

  test('keeps only a hash of the cookie and of the password', async () => {
    const request = {
      email: ann.user.email,
      password: new Secret(ann.password),
      address: home,
      userAgent: '',
    }
    const { cookie, expiresAt } = await gateway.access.signIn(request)
    expect(cookie.reveal()).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(expiresAt).toBe(gateway.clock.now() + 24 * 3_600_000)
    const tables = ['users', 'sessions', 'audit'] as const
    const rows = await Promise.all(
      tables.map((table) => gateway.store.selectFrom(table).selectAll().execute()),
    )
    for (const secret of [cookie.reveal(), ann.password]) expect(JSON.stringify(rows)).not.toContain(secret)
  })

  test('ends the session that the browser had before, whoever it was', async () => {
    const password = new Secret(ann.password)
    const request = { email: ann.user.email, password, address: home, userAgent: '' }
    const before = await gateway.access.signIn(request)
    gateway.revoked()
    await gateway.access.signIn({ ...request, replaces: before.cookie })
    expect(await gateway.access.authenticateSession(before.cookie, home)).toBeUndefined()
    expect(gateway.revoked()).toEqual([ann.user.id])
  })

  test('keeps at most fifty sessions of a user: the one unused for longest goes', async () => {
    for (let count = 0; count < 50; count += 1) {
      gateway.clock.advance(1000)
      await gateway.signIn(ann.user.email, ann.password)
    }
    expect(await gateway.access.renew(ann.principal, 'quiet')).toBeUndefined()
    const rows = await gateway.store
      .selectFrom('sessions')
      .where('userId', '=', ann.user.id)
      .select('id')
      .execute()
    expect(rows).toHaveLength(50)
  })
})

describe('a refusal', () => {
  test('is the same, and costs the same work, whatever was wrong', async () => {
    const disabled = await gateway.person('dan', { by: admin })
    await gateway.access.editUser(admin.principal, disabled.user.id, { disabled: true })
    const attempts = [
      { email: ann.user.email, password: 'not her password' },
      { email: 'nobody@example.org', password: 'not her password' },
      { email: disabled.user.email, password: 'not her password' },
      { email: disabled.user.email, password: disabled.password },
    ]
    const outcomes = []
    for (const { email, password } of attempts) {
      gateway.hashes.length = 0
      const error = await refusal(email, password)
      outcomes.push({ code: error.code, message: error.message, hashes: [...gateway.hashes] })
    }
    expect(outcomes[0]).toMatchObject({ code: 'wrong-credentials', hashes: [cheap] })
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0])
  })

  test('is recorded, with the e-mail only where it is that of an account', async () => {
    await refusal(ann.user.email, 'wrong')
    await refusal('my-secret@password', 'wrong')
    await gateway.access.editUser(admin.principal, ann.user.id, { disabled: true })
    await refusal(ann.user.email, ann.password, '192.0.2.2')
    expect(await gateway.entries('session.refused')).toMatchObject([
      {
        actorId: null,
        actor: 'visitor',
        address: home,
        target: 'ann@example.org',
        detail: { reason: 'wrong password' },
      },
      { target: null, detail: { reason: 'no such account' } },
      { target: 'ann@example.org', detail: { reason: 'account is disabled' } },
    ])
    expect(JSON.stringify(await gateway.audit.query({}))).not.toContain('my-secret')
  })

  test('that was a wait is counted in the audit like any other', async () => {
    for (let attempt = 0; attempt < 8; attempt += 1) await refusal('nobody@example.org', 'wrong')
    await gateway.access.close()
    expect((await gateway.entries('session.refused')).map(({ detail }) => detail)).toEqual([
      { reason: 'no such account' },
      { reason: 'no such account', further: 7 },
    ])
  })

  test('becomes a wait after some, for an account that exists and one that does not, without any hash', async () => {
    for (const email of [ann.user.email, 'nobody@example.org']) {
      const errors = []
      gateway.hashes.length = 0
      for (let attempt = 0; attempt < 8; attempt += 1)
        errors.push(await refusal(email, 'wrong', '198.51.100.1'))
      expect(errors.map(({ code }) => code)).toEqual([
        ...Array.from({ length: 6 }, () => 'wrong-credentials'),
        'try-later',
        'try-later',
      ])
      expect(errors.at(-1)?.retryAfter).toBe(1)
      expect(gateway.hashes).toHaveLength(6)
    }
  })

  test('does not keep a person out of the place where they have signed in before, also after a restart', async () => {
    await failFromEverywhere(ann.user.email, 60)
    expect(await refusal(ann.user.email, ann.password, '203.0.113.9')).toMatchObject({ code: 'try-later' })
    expect(await gateway.signIn(ann.user.email, ann.password)).toBeDefined()
    await gateway.start(cheap)
    await failFromEverywhere(ann.user.email, 60)
    expect(await refusal(ann.user.email, ann.password, '203.0.113.9')).toMatchObject({ code: 'try-later' })
    expect(await gateway.signIn(ann.user.email, ann.password)).toBeDefined()
  })

  test('comes at once when very many are signing in already, and is not held against anybody', async () => {
    const gate = Promise.withResolvers<void>()
    gateway.beforeHash = () => gate.promise
    const many = Array.from({ length: 40 }, (_, index) =>
      refusal('nobody@example.org', 'wrong', `10.0.0.${index}`),
    )
    const crowded = await Promise.race(many)
    expect(crowded).toMatchObject({ code: 'try-later', retryAfter: 5 })
    const usual = gateway.signIn(ann.user.email, ann.password)
    gate.resolve()
    expect(await usual).toBeDefined()
    const codes = (await Promise.all(many)).map(({ code }) => code)
    expect(new Set(codes)).toEqual(new Set(['wrong-credentials', 'try-later']))
  })

  test('also comes when the password was reset while it was looked at', async () => {
    const reset = { hash: 'another', mustChange: true }
    gateway.beforeHash = () => userRepository(gateway.store).setPassword(ann.user.id, reset)
    const before = await sessionsOf(ann)
    expect(await refusal(ann.user.email, ann.password)).toMatchObject({ code: 'wrong-credentials' })
    expect(await sessionsOf(ann)).toBe(before)
  })

  test('also comes when the account was disabled while its password was looked at', async () => {
    gateway.beforeHash = async () => {
      await gateway.access.editUser(admin.principal, ann.user.id, { disabled: true })
    }
    expect(await refusal(ann.user.email, ann.password)).toMatchObject({ code: 'wrong-credentials' })
    expect(await sessionsOf(ann)).toBe(0)
  })
})

test('a password hashed at another cost is hashed anew when it is next typed, and only then', async () => {
  const dearer = { ...cheap, passes: 2 }
  await gateway.start(dearer)
  await refusal(ann.user.email, 'wrong')
  expect(await passwordHash(ann.user.id)).toContain('t=1')
  await gateway.signIn(ann.user.email, ann.password)
  expect(await passwordHash(ann.user.id)).toContain('t=2')
  gateway.hashes.length = 0
  await gateway.signIn(ann.user.email, ann.password)
  expect(gateway.hashes).toEqual([dearer])
})

function refusal(email: string, password: string, address = home): Promise<AppError> {
  return refused(gateway.signIn(email, password, address))
}

async function failFromEverywhere(email: string, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) {
    const { retryAfter } = await refusal(email, 'wrong', `10.1.${index}.1`)
    gateway.clock.advance((retryAfter ?? 0) * 1000)
    if (retryAfter !== undefined) await refusal(email, 'wrong', `10.1.${index}.1`)
  }
}

async function sessionsOf({ user }: Person): Promise<number> {
  return (await gateway.store.selectFrom('sessions').where('userId', '=', user.id).select('id').execute())
    .length
}

async function passwordHash(id: string): Promise<string | undefined> {
  const rows = await gateway.store.selectFrom('users').where('id', '=', id).select('passwordHash').execute()
  return rows[0]?.passwordHash
}
