import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { userRepository } from '../../../server/store/users.ts'
import { cheap, Gateway, home, hour, type Person, present, refused } from './gateway.ts'

const minute = 60_000
let gateway: Gateway
let admin: Person
let ann: Person
let bob: Person

beforeEach(async () => {
  gateway = await Gateway.open()
  admin = await gateway.admin()
  ann = await gateway.person('ann', { by: admin })
  bob = await gateway.person('bob', { by: admin })
})

afterEach(() => gateway.close())

describe('a session', () => {
  test('ends after an hour without a request (the idle time set), and each request prolongs it', async () => {
    gateway.clock.advance(10 * minute)
    const cookie = await signIn(ann)
    for (let time = 0; time < 3; time += 1) {
      gateway.clock.advance(59 * minute)
      expect(await gateway.access.authenticateSession(cookie, home)).toBeDefined()
    }
    gateway.clock.advance(60 * minute)
    expect(await gateway.access.authenticateSession(cookie, home)).toBeUndefined()
  })

  test('ends after a day (the lifetime set), whatever happens with it', async () => {
    // Not on the hour, when ended sessions are removed: it must be refused before that.
    gateway.clock.advance(10 * minute)
    const cookie = await signIn(ann)
    for (let time = 1; time < 48; time += 1) {
      gateway.clock.advance(hour / 2)
      expect(await gateway.access.authenticateSession(cookie, home)).toBeDefined()
    }
    gateway.clock.advance(hour / 2)
    expect(await gateway.access.authenticateSession(cookie, home)).toBeUndefined()
  })

  test('is kept alive by a live console in which something is typed, not by one that is only open', async () => {
    gateway.clock.advance(40 * minute)
    expect(await gateway.access.renew(ann.principal, 'active')).toBeDefined()
    gateway.clock.advance(40 * minute)
    expect(await gateway.access.renew(ann.principal, 'quiet')).toBeDefined()
    gateway.clock.advance(20 * minute)
    expect(await gateway.access.renew(ann.principal, 'quiet')).toBeUndefined()
  })

  test('writes when it was last seen at most once a minute', async () => {
    const seen = async () => (await gateway.access.sessions(ann.principal))[0]?.lastSeenAt
    const start = await seen()
    gateway.clock.advance(59_999)
    await gateway.access.renew(ann.principal, 'active')
    expect(await seen()).toBe(start)
    gateway.clock.advance(1)
    await gateway.access.renew(ann.principal, 'active')
    expect(await seen()).toBe(gateway.clock.now())
  })

  test('lets nobody in with another cookie, with its hash or with its id', async () => {
    const rows = await gateway.store.selectFrom('sessions').selectAll().execute()
    const wrong = ['', 'x', ...rows.flatMap(({ id, hash }) => [id, hash])]
    for (const cookie of wrong) {
      expect(await gateway.access.authenticateSession(new Secret(cookie), home)).toBeUndefined()
    }
  })

  test('is removed from the database when it has ended', async () => {
    expect(await gateway.store.selectFrom('sessions').selectAll().execute()).toHaveLength(3)
    await gateway.access.close()
    gateway.clock.advance(hour)
    await gateway.start(cheap)
    await gateway.access.close()
    expect(await gateway.store.selectFrom('sessions').selectAll().execute()).toEqual([])
  })

  test('lets nobody in whose account is disabled, however that came about', async () => {
    const { secret } = await gateway.access.createToken(ann.principal, { name: 'script', expiresInDays: 1 })
    await userRepository(gateway.store).save({ ...ann.user, disabled: true })
    expect(await gateway.access.renew(ann.principal, 'active')).toBeUndefined()
    expect(await gateway.access.authenticateToken(secret, home)).toBeUndefined()
  })

  test('shows to its own user when it began, from where, and which one asks', async () => {
    const other = await gateway.signIn(ann.user.email, ann.password, '2001:db8::1')
    const sessions = await gateway.access.sessions(ann.principal)
    expect(sessions).toHaveLength(2)
    expect(sessions.find(({ id }) => id === other.via.id)).toEqual({
      id: other.via.id,
      createdAt: gateway.clock.now(),
      lastSeenAt: gateway.clock.now(),
      expiresAt: gateway.clock.now() + 24 * hour,
      address: '2001:db8::1',
      userAgent: 'a test',
      current: false,
    })
    expect(sessions.find(({ current }) => current)?.id).toBe(ann.principal.via.id)
  })
})

describe('signing out', () => {
  test('ends this session only, and tells live consoles', async () => {
    const other = await gateway.signIn(ann.user.email, ann.password)
    await gateway.access.signOut(ann.principal)
    expect(await gateway.access.renew(ann.principal, 'quiet')).toBeUndefined()
    expect(await gateway.access.renew(other, 'quiet')).toBeDefined()
    expect(gateway.revoked()).toEqual([ann.user.id])
    expect(await gateway.entries('session.signed-out')).toMatchObject([{ actorId: ann.user.id }])
  })

  test('of another session of one’s own ends that', async () => {
    const other = await gateway.signIn(ann.user.email, ann.password)
    await gateway.access.endSession(ann.principal, other.via.id)
    expect(await gateway.access.renew(other, 'quiet')).toBeUndefined()
    expect(await gateway.access.renew(ann.principal, 'quiet')).toBeDefined()
    expect(gateway.revoked()).toEqual([ann.user.id])
  })

  test('of somebody else’s session answers like one that does not exist, also to an admin', async () => {
    for (const who of [bob, admin]) {
      await expect(gateway.access.endSession(who.principal, ann.principal.via.id)).rejects.toMatchObject({
        code: 'not-found',
      })
    }
    expect(await gateway.renewed(ann)).toBeDefined()
    expect(gateway.revoked()).toEqual([])
  })

  test('everywhere ends all sessions and tokens of the user, and nobody else’s', async () => {
    const other = await gateway.signIn(ann.user.email, ann.password)
    const { secret } = await gateway.access.createToken(ann.principal, { name: 'script', expiresInDays: 1 })
    await gateway.access.signOutEverywhere(ann.principal)
    expect(await gateway.access.renew(ann.principal, 'quiet')).toBeUndefined()
    expect(await gateway.access.renew(other, 'quiet')).toBeUndefined()
    expect(await gateway.access.authenticateToken(secret, home)).toBeUndefined()
    expect(await gateway.renewed(bob)).toBeDefined()
    expect(gateway.revoked()).toEqual([ann.user.id])
    expect(await gateway.entries('session.ended-all')).toHaveLength(1)
  })
})

describe('changing the password', () => {
  const next = 'a new password for ann'

  test('ends all other sessions, keeps this one and the tokens', async () => {
    const other = await gateway.signIn(ann.user.email, ann.password)
    const { secret } = await gateway.access.createToken(ann.principal, { name: 'script', expiresInDays: 1 })
    const me = await change(ann.password, next)
    expect(me).toEqual({
      id: ann.user.id,
      email: ann.user.email,
      name: 'ann',
      admin: false,
      mustChangePassword: false,
    })
    expect(await gateway.access.renew(other, 'quiet')).toBeUndefined()
    expect(await gateway.renewed(ann)).toBeDefined()
    expect(await gateway.access.authenticateToken(secret, home)).toBeDefined()
    expect(gateway.revoked()).toEqual([ann.user.id])
    expect(await gateway.signIn(ann.user.email, next)).toBeDefined()
    await expect(gateway.signIn(ann.user.email, ann.password)).rejects.toMatchObject({
      code: 'wrong-credentials',
    })
  })

  test('needs the current one; guessing it is slowed down as signing in is', async () => {
    const codes: string[] = []
    for (let attempt = 0; attempt < 7; attempt += 1) {
      codes.push((await refused(change('not the current one', next))).code)
    }
    expect(codes).toEqual([...Array.from({ length: 6 }, () => 'bad-request'), 'try-later'])
    expect(await gateway.signIn(ann.user.email, ann.password, '203.0.113.1')).toBeDefined()
  })

  test.each([
    ['elevenchars', 'at least 12'],
    ['the own password of ann@example.org', 'is the current one'],
    ['Ann@Example.org', 'your name or e-mail'],
    ['abababababababab', 'same few characters'],
  ])('to %j is refused: %s', async (bad, why) => {
    const error = await refused(change(ann.password, bad))
    expect(error).toMatchObject({ code: 'bad-request', mistakes: [{ path: ['next'] }] })
    expect(error.message).toContain(why)
    expect(error.message).not.toContain(bad)
    expect(await gateway.signIn(ann.user.email, ann.password)).toBeDefined()
  })

  test('fails when the session was ended while the password was looked at', async () => {
    gateway.beforeHash = async () => {
      gateway.beforeHash = async () => {}
      await gateway.access.signOutEverywhere(ann.principal)
    }
    await expect(change(ann.password, next)).rejects.toMatchObject({ code: 'sign-in-required' })
    await expect(gateway.signIn(ann.user.email, next)).rejects.toMatchObject({ code: 'wrong-credentials' })
  })

  function change(current: string, to: string) {
    const passwords = { current: new Secret(current), next: new Secret(to) }
    return gateway.access.changePassword(ann.principal, passwords)
  }
})

test('closing leaves no timer', async () => {
  await expect(gateway.signIn(ann.user.email, 'wrong')).rejects.toThrow()
  expect(gateway.clock.timers).toBeGreaterThan(0)
  await gateway.access.close()
  expect(gateway.clock.timers).toBe(0)
})

async function signIn({ user, password }: Person): Promise<Secret> {
  const request = { email: user.email, password: new Secret(password), address: home, userAgent: '' }
  return present(await gateway.access.signIn(request)).cookie
}
