import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Gateway, home, type Person, present, refused } from './gateway.ts'

let gateway: Gateway
let admin: Person
let ann: Person

beforeEach(async () => {
  gateway = await Gateway.open()
  admin = await gateway.admin()
  ann = await gateway.person('ann', { by: admin })
})

afterEach(() => gateway.close())

describe('who is no admin', () => {
  test('may not see or manage users, nor learn which exist', async () => {
    const { principal } = ann
    const input = { email: 'eve@example.org', name: 'Eve', admin: false }
    const attempts: (() => Promise<unknown>)[] = [
      () => gateway.access.users(principal),
      () => gateway.access.createUser(principal, input),
      ...[admin.user.id, 'usr_that2does2not2exist'].flatMap((id) => [
        () => gateway.access.editUser(principal, id, { name: 'X' }),
        () => gateway.access.resetPassword(principal, id),
        () => gateway.access.deleteUser(principal, id),
      ]),
    ]
    const messages: string[] = []
    for (const attempt of attempts) {
      const error = await refused(attempt())
      messages.push(`${error.code}: ${error.message}`)
    }
    expect(messages).toHaveLength(attempts.length)
    expect(new Set(messages).size).toBe(1)
    expect(messages[0]).toMatch(/^forbidden: Only an instance admin/)
    expect(await gateway.access.users(admin.principal)).toHaveLength(2)
  })
})

describe('a new user', () => {
  test('gets a generated password that must be changed at the first sign-in', async () => {
    const input = { email: 'bob@example.org', name: 'Bob', admin: false }
    const { user, password } = await gateway.access.createUser(admin.principal, input)
    expect(user).toEqual({
      ...input,
      id: user.id,
      disabled: false,
      mustChangePassword: true,
      createdAt: gateway.clock.now(),
    })
    const bob = await gateway.signIn(user.email, password.reveal())
    await expect(gateway.access.projects(bob)).rejects.toMatchObject({ code: 'password-change-required' })
    await expect(gateway.access.tokens(bob)).rejects.toMatchObject({ code: 'password-change-required' })
    expect(gateway.access.me(bob)).toMatchObject({ email: user.email, mustChangePassword: true })
    expect(await gateway.entries('user.created')).toHaveLength(3)
    expect(JSON.stringify(await gateway.audit.query({}))).not.toContain(password.reveal())
  })

  test('cannot have the e-mail of another', async () => {
    const input = { email: ann.user.email, name: 'Other', admin: true }
    await expect(gateway.access.createUser(admin.principal, input)).rejects.toMatchObject({
      code: 'already-exists',
    })
    expect(await gateway.access.users(admin.principal)).toHaveLength(2)
  })
})

describe('a change of a user', () => {
  test('is recorded with what changed, and their live consoles are told', async () => {
    const changed = await gateway.access.editUser(admin.principal, ann.user.id, {
      name: 'Ann B.',
      admin: true,
    })
    expect(changed).toMatchObject({ name: 'Ann B.', admin: true, disabled: false })
    expect(await gateway.renewed(ann)).toMatchObject({ name: 'Ann B.', admin: true })
    expect(gateway.revoked()).toEqual([ann.user.id])
    expect(await gateway.entries('user.changed')).toMatchObject([
      { actorId: admin.user.id, target: ann.user.email, detail: { name: 'Ann B.', admin: true } },
    ])
  })

  test('that changes nothing is none', async () => {
    await gateway.access.editUser(admin.principal, ann.user.id, { name: 'ann', disabled: false })
    expect(await gateway.entries('user.changed')).toEqual([])
    expect(gateway.revoked()).toEqual([])
  })

  test('to disabled ends sessions and tokens for good', async () => {
    const { secret } = await gateway.access.createToken(ann.principal, { name: 'script', expiresInDays: 9 })
    await gateway.access.editUser(admin.principal, ann.user.id, { disabled: true })
    expect(gateway.revoked()).toEqual([ann.user.id])
    await gateway.access.editUser(admin.principal, ann.user.id, { disabled: false })
    expect(await gateway.access.renew(ann.principal, 'quiet')).toBeUndefined()
    expect(await gateway.access.authenticateToken(secret, home)).toBeUndefined()
    expect(await gateway.signIn(ann.user.email, ann.password)).toBeDefined()
  })

  test('of nobody answers not found', async () => {
    const id = 'usr_that2does2not2exist'
    await expect(gateway.access.editUser(admin.principal, id, {})).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(gateway.access.resetPassword(admin.principal, id)).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(gateway.access.deleteUser(admin.principal, id)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a reset password', () => {
  test('is a new one to be changed; sessions and tokens of before are over', async () => {
    const { secret } = await gateway.access.createToken(ann.principal, { name: 'script', expiresInDays: 9 })
    const { user, password } = await gateway.access.resetPassword(admin.principal, ann.user.id)
    expect(user.mustChangePassword).toBe(true)
    expect(await gateway.access.renew(ann.principal, 'quiet')).toBeUndefined()
    expect(await gateway.access.authenticateToken(secret, home)).toBeUndefined()
    expect(gateway.revoked()).toEqual([ann.user.id])
    await expect(gateway.signIn(ann.user.email, ann.password)).rejects.toMatchObject({
      code: 'wrong-credentials',
    })
    expect(await gateway.signIn(ann.user.email, password.reveal())).toMatchObject({
      mustChangePassword: true,
    })
    expect(await gateway.entries('password.reset')).toMatchObject([{ target: ann.user.email }])
  })

  test('is not for oneself', async () => {
    await expect(gateway.access.resetPassword(admin.principal, admin.user.id)).rejects.toMatchObject({
      code: 'bad-request',
    })
    expect(await gateway.renewed(admin)).toBeDefined()
  })
})

describe('the last admin who can sign in', () => {
  test('cannot be demoted, disabled or deleted', async () => {
    const other = await gateway.person('other', { by: admin, admin: true })
    await gateway.access.editUser(admin.principal, other.user.id, { disabled: true })
    const attempts: (() => Promise<unknown>)[] = [
      () => gateway.access.editUser(admin.principal, admin.user.id, { admin: false }),
      () => gateway.access.editUser(admin.principal, admin.user.id, { disabled: true }),
      () => gateway.access.deleteUser(admin.principal, admin.user.id),
    ]
    for (const attempt of attempts) {
      const error = await refused(attempt())
      expect(error.code).toBe('in-use')
      expect(error.message).toContain('is the last instance admin who can sign in')
    }
    expect(await gateway.renewed(admin)).toMatchObject({ admin: true })
    await gateway.access.editUser(admin.principal, other.user.id, { disabled: false })
    await gateway.access.deleteUser(admin.principal, admin.user.id)
    expect(await gateway.access.renew(admin.principal, 'quiet')).toBeUndefined()
  })

  test('stays also when two admins demote each other at the same moment', async () => {
    const other = await gateway.person('other', { by: admin, admin: true })
    const outcomes = await Promise.allSettled([
      gateway.access.editUser(admin.principal, other.user.id, { admin: false }),
      gateway.access.editUser(other.principal, admin.user.id, { admin: false }),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('may be renamed', async () => {
    expect(await gateway.access.editUser(admin.principal, admin.user.id, { name: 'Root' })).toMatchObject({
      name: 'Root',
    })
  })

  test('does not keep a disabled admin from being deleted', async () => {
    const other = await gateway.person('other', { by: admin, admin: true })
    await gateway.access.editUser(admin.principal, other.user.id, { disabled: true })
    await gateway.access.deleteUser(admin.principal, other.user.id)
    expect(await gateway.access.users(admin.principal)).toHaveLength(2)
  })
})

describe('deleting a user', () => {
  test('ends everything of theirs', async () => {
    const { secret } = await gateway.access.createToken(ann.principal, { name: 'script', expiresInDays: 9 })
    await gateway.access.deleteUser(admin.principal, ann.user.id)
    expect(await gateway.access.renew(ann.principal, 'quiet')).toBeUndefined()
    expect(await gateway.access.authenticateToken(secret, home)).toBeUndefined()
    expect(gateway.revoked()).toEqual([ann.user.id])
    expect(await gateway.entries('user.deleted')).toMatchObject([{ target: ann.user.email }])
  })

  test('who alone owns projects is refused, naming them', async () => {
    const names = ['Alpha', 'Beta', 'Gamma']
    const projects = []
    for (const name of names) projects.push(await gateway.access.createProject(admin.principal, { name }))
    const [alpha, beta, gamma] = projects.map(({ id }) => id)
    for (const id of [alpha, beta, gamma]) {
      await gateway.access.setMember(admin.principal, present(id), { email: ann.user.email, role: 'owner' })
    }
    for (const id of [alpha, beta]) {
      await gateway.access.removeMember(admin.principal, present(id), admin.user.id)
    }
    const error = await refused(gateway.access.deleteUser(admin.principal, ann.user.id))
    expect(error).toMatchObject({ code: 'in-use' })
    expect(error.message).toContain('is the only owner of “Alpha”, “Beta”.')
    expect(await gateway.renewed(ann)).toBeDefined()
  })
})
