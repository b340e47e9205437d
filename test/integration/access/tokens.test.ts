import { afterEach, beforeEach, expect, test } from 'vitest'
import { can, type Principal } from '../../../server/access/can.ts'
import { Secret } from '../../../server/base/secret.ts'
import { Gateway, home, type Person, present } from './gateway.ts'

const day = 86_400_000
let gateway: Gateway
let admin: Person
let ann: Person

beforeEach(async () => {
  gateway = await Gateway.open()
  admin = await gateway.admin()
  ann = await gateway.person('ann', { by: admin })
})

afterEach(() => gateway.close())

test('a token is shown once, kept as a hash, and lets its user in', async () => {
  const { secret, ...token } = await create(ann)
  expect(secret.reveal()).toMatch(/^ll_[a-z2-7]{52}$/)
  expect(token).toEqual({
    id: token.id,
    name: 'script',
    createdAt: gateway.clock.now(),
    expiresAt: gateway.clock.now() + 30 * day,
    lastUsedAt: null,
  })
  const everything = [
    await gateway.store.selectFrom('tokens').selectAll().execute(),
    await gateway.audit.query({}),
  ]
  expect(JSON.stringify(everything)).not.toContain(secret.reveal())
  expect(await gateway.access.authenticateToken(secret, '203.0.113.5')).toMatchObject({
    userId: ann.user.id,
    via: { kind: 'token', id: token.id },
    address: '203.0.113.5',
  })
  expect(await gateway.access.tokens(ann.principal)).toEqual([{ ...token, lastUsedAt: gateway.clock.now() }])
})

test.each(['', 'll_', 'll_aaaa', 'x'.repeat(200)])('%j is no token', async (wrong) => {
  expect(await gateway.access.authenticateToken(new Secret(wrong), home)).toBeUndefined()
})

test('a token is no cookie, and a cookie no token', async () => {
  const { secret } = await create(ann)
  const request = { email: ann.user.email, password: new Secret(ann.password), address: home, userAgent: '' }
  const { cookie } = await gateway.access.signIn(request)
  expect(await gateway.access.authenticateSession(secret, home)).toBeUndefined()
  expect(await gateway.access.authenticateToken(cookie, home)).toBeUndefined()
})

test('a token expires, is still listed for 30 days, and then removed', async () => {
  const { secret } = await create(ann)
  const principal = present(await gateway.access.authenticateToken(secret, home))
  gateway.clock.advance(30 * day)
  expect(await gateway.access.authenticateToken(secret, home)).toBeUndefined()
  expect(await gateway.access.renew(principal, 'quiet')).toBeUndefined()
  const session = await gateway.signIn(ann.user.email, ann.password)
  expect(await gateway.access.tokens(session)).toHaveLength(1)
  gateway.clock.advance(30 * day)
  const later = await gateway.signIn(ann.user.email, ann.password)
  await expect.poll(() => gateway.access.tokens(later)).toEqual([])
})

test('a revoked token lets nobody in, and live consoles are told', async () => {
  const { secret, id } = await create(ann)
  const principal = present(await gateway.access.authenticateToken(secret, home))
  await gateway.access.revokeToken(ann.principal, id)
  expect(await gateway.access.authenticateToken(secret, home)).toBeUndefined()
  expect(await gateway.access.renew(principal, 'quiet')).toBeUndefined()
  expect(gateway.revoked()).toEqual([ann.user.id])
  expect(await gateway.entries('token.revoked')).toMatchObject([{ actorId: ann.user.id, target: 'script' }])
})

test('somebody else’s token answers like one that does not exist, also to an admin', async () => {
  const { secret, id } = await create(ann)
  await expect(gateway.access.revokeToken(admin.principal, id)).rejects.toMatchObject({ code: 'not-found' })
  expect(await gateway.access.authenticateToken(secret, home)).toBeDefined()
})

test('a user has at most a hundred', async () => {
  for (let count = 0; count < 100; count += 1) await create(ann)
  await expect(create(ann)).rejects.toMatchObject({ code: 'bad-request' })
  expect(await create(admin)).toBeDefined()
})

test('a token must not make itself or others a way in that outlives it', async () => {
  const { secret } = await create(admin)
  const byToken = present(await gateway.access.authenticateToken(secret, home))
  const passwords = { current: new Secret(admin.password), next: new Secret('another long password') }
  const input = { email: 'eve@example.org', name: 'Eve', admin: true }
  const attempts: (() => Promise<unknown>)[] = [
    () => gateway.access.createToken(byToken, { name: 'more', expiresInDays: 366 }),
    () => gateway.access.tokens(byToken),
    () => gateway.access.revokeToken(byToken, byToken.via.id),
    () => gateway.access.changePassword(byToken, passwords),
    () => gateway.access.sessions(byToken),
    () => gateway.access.endSession(byToken, admin.principal.via.id),
    () => gateway.access.signOut(byToken),
    () => gateway.access.signOutEverywhere(byToken),
    () => gateway.access.users(byToken),
    () => gateway.access.createUser(byToken, input),
    () => gateway.access.editUser(byToken, ann.user.id, { admin: true }),
    () => gateway.access.resetPassword(byToken, ann.user.id),
    () => gateway.access.deleteUser(byToken, ann.user.id),
  ]
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
  expect(await gateway.access.users(admin.principal)).toHaveLength(2)
})

test('what a token did is recorded as done by it', async () => {
  const { secret, id } = await create(admin)
  const byToken = present(await gateway.access.authenticateToken(secret, home))
  await gateway.access.createProject(byToken, { name: 'Alpha' })
  expect(await gateway.entries('project.created')).toMatchObject([
    { actorId: admin.user.id, target: 'Alpha', detail: { token: id, asAdmin: true } },
  ])
})

test('a token has the memberships of its user as they are now', async () => {
  const project = await gateway.access.createProject(admin.principal, { name: 'Alpha' })
  const { secret } = await create(ann)
  const may = async (): Promise<string> => {
    const principal: Principal = present(await gateway.access.authenticateToken(secret, home))
    return can(principal, 'console.write', { kind: 'device', projectId: project.id })
  }
  expect(await may()).toBe('hidden')
  await gateway.access.setMember(admin.principal, project.id, { email: ann.user.email, role: 'collaborator' })
  expect(await may()).toBe('yes')
})

function create(person: Person) {
  return gateway.access.createToken(person.principal, { name: 'script', expiresInDays: 30 })
}
