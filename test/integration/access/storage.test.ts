import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Gateway, home, type Person, refused } from './gateway.ts'

let gateway: Gateway
let admin: Person
let ann: Person

beforeEach(async () => {
  gateway = await Gateway.open()
  admin = await gateway.admin()
  ann = await gateway.person('ann', { by: admin })
})

afterEach(async () => {
  await sql`pragma query_only = off`.execute(gateway.store)
  await gateway.close()
})

test('whoever is in stays in while the database cannot be written', async () => {
  const { secret } = await gateway.access.createToken(ann.principal, { name: 'script', expiresInDays: 1 })
  gateway.clock.advance(2 * 60_000)
  await sql`pragma query_only = on`.execute(gateway.store)
  expect(await gateway.access.renew(ann.principal, 'active')).toBeDefined()
  expect(await gateway.access.authenticateToken(secret, home)).toBeDefined()
  expect((await refused(gateway.signIn(ann.user.email, ann.password))).code).toBe('storage-failed')
})

test('a sign-in that could not be saved is not held against anybody', async () => {
  await sql`pragma query_only = on`.execute(gateway.store)
  for (let attempt = 0; attempt < 20; attempt += 1) {
    expect((await refused(gateway.signIn(ann.user.email, ann.password))).code).toBe('storage-failed')
  }
})

test('what cannot be recorded does not happen, and nobody is told that it did', async () => {
  const project = await gateway.access.createProject(admin.principal, { name: 'Alpha' })
  await sql`create trigger auditFails before insert on audit begin select raise(abort, 'no'); end`.execute(
    gateway.store,
  )
  gateway.revoked()
  const member = { email: ann.user.email, role: 'owner' } as const
  const attempts: (() => Promise<unknown>)[] = [
    () => gateway.access.editUser(admin.principal, ann.user.id, { name: 'Other', disabled: true }),
    () => gateway.access.resetPassword(admin.principal, ann.user.id),
    () => gateway.access.deleteUser(admin.principal, ann.user.id),
    () => gateway.access.createUser(admin.principal, { email: 'b@example.org', name: 'B', admin: true }),
    () => gateway.access.createToken(ann.principal, { name: 'script', expiresInDays: 1 }),
    () => gateway.access.signOutEverywhere(ann.principal),
    () => gateway.access.editProject(admin.principal, project.id, { name: 'Beta' }),
    () => gateway.access.setMember(admin.principal, project.id, member),
    () => gateway.access.removeMember(admin.principal, project.id, admin.user.id),
    () => gateway.access.deleteProject(admin.principal, project.id),
    () => gateway.access.createProject(admin.principal, { name: 'Beta' }),
    () => gateway.signIn(ann.user.email, ann.password),
  ]
  const before = await everything()
  for (const attempt of attempts) await expect(attempt()).rejects.toThrow()
  expect(await everything()).toEqual(before)
  expect(gateway.revoked()).toEqual([])
})

function everything() {
  const tables = ['users', 'sessions', 'tokens', 'projects', 'members', 'audit'] as const
  return Promise.all(tables.map((table) => gateway.store.selectFrom(table).selectAll().execute()))
}
