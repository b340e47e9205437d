import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Project } from '../../../server/access/projects.ts'
import type { Role } from '../../../server/contract/access.ts'
import { Gateway, hour, type Person, refused } from './gateway.ts'

let gateway: Gateway
let admin: Person
let owner: Person
let watcher: Person
let stranger: Person
let project: Project

beforeEach(async () => {
  gateway = await Gateway.open()
  admin = await gateway.admin()
  owner = await gateway.person('owner', { by: admin })
  watcher = await gateway.person('watcher', { by: admin })
  stranger = await gateway.person('stranger', { by: admin })
  project = await gateway.access.createProject(admin.principal, { name: 'Alpha' })
  await set(admin, owner, 'owner')
  await gateway.access.removeMember(admin.principal, project.id, admin.user.id)
  await set(admin, watcher, 'watcher')
  for (const person of [admin, owner, watcher]) person.principal = await gateway.renewed(person)
  gateway.revoked()
})

afterEach(() => gateway.close())

describe('projects', () => {
  test('each sees those they are a member of, an admin all, each with their own role', async () => {
    await gateway.access.createProject(admin.principal, { name: 'Beta' })
    admin.principal = await gateway.renewed(admin)
    const seen = async ({ principal }: Person) =>
      (await gateway.access.projects(principal)).map(({ name, role }) => `${name} ${role}`)
    expect(await seen(admin)).toEqual(['Alpha null', 'Beta owner'])
    expect(await seen(owner)).toEqual(['Alpha owner'])
    expect(await seen(watcher)).toEqual(['Alpha watcher'])
    expect(await seen(stranger)).toEqual([])
  })

  test('are created by an admin, who is their first owner', async () => {
    await expect(gateway.access.createProject(owner.principal, { name: 'Mine' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const made = await gateway.access.createProject(admin.principal, { name: 'Mine' })
    expect(made).toEqual({
      id: made.id,
      name: 'Mine',
      passwordHours: 24,
      recoveryApproval: false,
      recoveryApprovalUntil: null,
      createdAt: gateway.clock.now(),
      role: 'owner',
      devices: 0,
    })
    expect(gateway.revoked()).toEqual([admin.user.id])
  })

  test('have names of their own', async () => {
    await expect(gateway.access.createProject(admin.principal, { name: 'Alpha' })).rejects.toMatchObject({
      code: 'already-exists',
    })
    const beta = await gateway.access.createProject(admin.principal, { name: 'Beta' })
    await expect(
      gateway.access.editProject(admin.principal, beta.id, { name: 'Alpha' }),
    ).rejects.toMatchObject({
      code: 'already-exists',
    })
    expect(await gateway.access.editProject(admin.principal, beta.id, { name: 'Beta' })).toMatchObject({
      name: 'Beta',
    })
  })

  test('are renamed by an owner, and the audit says what it was before', async () => {
    const renamed = await gateway.access.editProject(owner.principal, project.id, { name: 'Omega' })
    expect(renamed).toMatchObject({ name: 'Omega', role: 'owner' })
    expect(await gateway.entries('project.changed')).toMatchObject([
      { actorId: owner.user.id, projectId: project.id, target: 'Omega', detail: { before: 'Alpha' } },
    ])
  })

  test('are given fewer hours of root passwords by an owner, and a new name leaves them', async () => {
    expect(project).toMatchObject({ passwordHours: 24 })
    await gateway.access.editProject(owner.principal, project.id, { name: 'Alpha', passwordHours: 4 })
    expect(await gateway.entries('project.changed')).toMatchObject([
      { actorId: owner.user.id, target: 'Alpha', detail: { passwordHours: 4, passwordHoursBefore: 24 } },
    ])
    expect(await gateway.access.editProject(owner.principal, project.id, { name: 'Omega' })).toMatchObject({
      passwordHours: 4,
    })
  })

  test('demand a second person for recoveries from at once, and for a day after that was switched off', async () => {
    const edit = (recoveryApproval?: boolean) =>
      gateway.access.editProject(owner.principal, project.id, {
        name: 'Alpha',
        ...(recoveryApproval !== undefined && { recoveryApproval }),
      })
    const demanded = () => gateway.access.demandsApproval(project.id)
    expect(await demanded()).toBe(false)
    await edit(true)
    expect(await demanded()).toBe(true)
    const until = gateway.clock.now() + 24 * hour
    expect(await edit(false)).toMatchObject({ recoveryApproval: false, recoveryApprovalUntil: until })
    expect(await gateway.entries('project.changed')).toMatchObject([
      { actorId: owner.user.id, detail: { recoveryApproval: true } },
      { actorId: owner.user.id, detail: { recoveryApproval: false } },
    ])
    gateway.clock.advance(12 * hour)
    expect(await edit(false)).toMatchObject({ recoveryApprovalUntil: until })
    expect(await edit()).toMatchObject({ recoveryApprovalUntil: until })
    gateway.clock.advance(12 * hour - 1)
    expect(await demanded()).toBe(true)
    gateway.clock.advance(1)
    expect(await demanded()).toBe(false)
    await edit(true)
    await edit(false)
    expect(await edit(true)).toMatchObject({ recoveryApproval: true, recoveryApprovalUntil: null })
  })

  test('tell who of their members may recover a device: not who is locked out', async () => {
    const second = await gateway.person('second', { by: admin })
    await set(admin, second, 'owner')
    const may = async () =>
      (await gateway.access.membersWhoMay(project.id, ['device.power', 'password.set'])).map(
        ({ userId }) => userId,
      )
    expect(await may()).toEqual([owner.user.id, second.user.id])
    await gateway.access.editUser(admin.principal, second.user.id, { disabled: true })
    expect(await may()).toEqual([owner.user.id])
  })

  test('are not deleted while they have devices', async () => {
    await addDevice('one')
    await expect(gateway.access.deleteProject(owner.principal, project.id)).rejects.toMatchObject({
      code: 'in-use',
      message: 'The project “Alpha” has a device. Delete or move them first.',
    })
    expect(await gateway.access.projects(owner.principal)).toMatchObject([{ devices: 1 }])
    await gateway.store.deleteFrom('devices').execute()
    await gateway.access.deleteProject(owner.principal, project.id)
    expect(await gateway.access.projects(admin.principal)).toEqual([])
    expect(gateway.revoked().sort()).toEqual([owner.user.id, watcher.user.id].sort())
    expect(await gateway.renewed(watcher)).toMatchObject({ memberships: new Map() })
  })
})

describe('a person without the right', () => {
  const attempts: [string, (person: Person) => Promise<unknown>][] = [
    ['see the members', ({ principal }) => gateway.access.members(principal, project.id)],
    ['rename', ({ principal }) => gateway.access.editProject(principal, project.id, { name: 'X' })],
    [
      'change the hours of root passwords',
      ({ principal }) =>
        gateway.access.editProject(principal, project.id, { name: 'Alpha', passwordHours: 1 }),
    ],
    [
      'have recoveries go without a second person',
      ({ principal }) =>
        gateway.access.editProject(principal, project.id, { name: 'Alpha', recoveryApproval: false }),
    ],
    ['delete', ({ principal }) => gateway.access.deleteProject(principal, project.id)],
    ['add a member', (person) => set(person, stranger, 'watcher')],
    ['remove a member', ({ principal }) => gateway.access.removeMember(principal, project.id, owner.user.id)],
  ]

  test.each(attempts)('cannot %s; to a stranger there is no such project', async (_, attempt) => {
    const hidden = await refused(attempt(stranger))
    project = { ...project, id: 'prj_that2does2not2exist' }
    const missing = await refused(attempt(admin))
    expect(hidden.code).toBe('not-found')
    expect(hidden.message).toBe(missing.message)
  })

  test.each(attempts.slice(1))('cannot %s as watcher', async (_, attempt) => {
    await expect(attempt(watcher)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await gateway.access.projects(owner.principal)).toMatchObject([{ name: 'Alpha' }])
    expect(await gateway.access.members(owner.principal, project.id)).toHaveLength(2)
  })
})

describe('members', () => {
  test('are added, changed and removed by an owner; their live consoles are told', async () => {
    expect(await set(owner, stranger, 'watcher')).toContainEqual(as(stranger, 'watcher'))
    expect(await set(owner, stranger, 'collaborator')).toContainEqual(as(stranger, 'collaborator'))
    expect((await gateway.renewed(stranger)).memberships.get(project.id)).toBe('collaborator')
    await gateway.access.removeMember(owner.principal, project.id, stranger.user.id)
    expect((await gateway.renewed(stranger)).memberships.has(project.id)).toBe(false)
    expect(gateway.revoked()).toEqual([stranger.user.id, stranger.user.id, stranger.user.id])
    const target = stranger.user.email
    const entries = [
      ...(await gateway.entries('member.set')).slice(-2),
      ...(await gateway.entries('member.removed')).slice(-1),
    ]
    expect(entries).toMatchObject([
      { actorId: owner.user.id, projectId: project.id, target, detail: { role: 'watcher' } },
      { target, detail: { role: 'collaborator', before: 'watcher' } },
      { target, detail: { before: 'collaborator' } },
    ])
  })

  test('stay as they are when nothing changes', async () => {
    const before = await gateway.entries('member.set')
    await set(owner, watcher, 'watcher')
    expect(await gateway.entries('member.set')).toEqual(before)
    expect(gateway.revoked()).toEqual([])
  })

  test('are seen by every member', async () => {
    expect(await gateway.access.members(watcher.principal, project.id)).toEqual([
      as(owner, 'owner'),
      as(watcher, 'watcher'),
    ])
  })

  test('must have an account; a mistyped e-mail is named', async () => {
    const input = { email: 'nobody@example.org', role: 'watcher' } as const
    await expect(gateway.access.setMember(owner.principal, project.id, input)).rejects.toMatchObject({
      code: 'bad-request',
      mistakes: [{ path: ['email'] }],
    })
  })

  test('who is no member cannot be removed', async () => {
    await expect(
      gateway.access.removeMember(owner.principal, project.id, stranger.user.id),
    ).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the last owner who can sign in', () => {
  test('cannot leave or step down', async () => {
    const second = await gateway.person('second', { by: admin })
    await set(owner, second, 'owner')
    await gateway.access.editUser(admin.principal, second.user.id, { disabled: true })
    await expect(
      gateway.access.removeMember(owner.principal, project.id, owner.user.id),
    ).rejects.toMatchObject({
      code: 'in-use',
    })
    await expect(set(owner, owner, 'watcher')).rejects.toMatchObject({ code: 'in-use' })
    expect((await gateway.renewed(owner)).memberships.get(project.id)).toBe('owner')
    await gateway.access.editUser(admin.principal, second.user.id, { disabled: false })
    await set(owner, owner, 'watcher')
    expect((await gateway.renewed(owner)).memberships.get(project.id)).toBe('watcher')
  })

  test('can be removed by an instance admin, and the audit says so', async () => {
    await gateway.access.removeMember(admin.principal, project.id, owner.user.id)
    expect((await gateway.entries('member.removed')).at(-1)).toMatchObject({
      actorId: admin.user.id,
      target: owner.user.email,
      detail: { asAdmin: true },
    })
  })

  test('stays also when two owners remove each other at the same moment', async () => {
    const second = await gateway.person('second', { by: admin })
    await set(owner, second, 'owner')
    second.principal = await gateway.renewed(second)
    const outcomes = await Promise.allSettled([
      gateway.access.removeMember(owner.principal, project.id, second.user.id),
      gateway.access.removeMember(second.principal, project.id, owner.user.id),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

test('what happens to projects leaves an audit that verifies', async () => {
  await set(owner, stranger, 'collaborator')
  expect(await gateway.audit.verify()).toMatchObject({ ok: true })
})

function set(by: Person, { user }: Person, role: Role) {
  return gateway.access.setMember(by.principal, project.id, { email: user.email, role })
}

function as({ user }: Person, role: Role) {
  return { userId: user.id, email: user.email, name: user.name, role }
}

async function addDevice(name: string): Promise<void> {
  const times = { createdAt: 0, updatedAt: 0 }
  const parts = {
    description: '',
    tags: '[]',
    address: null,
    enabled: 1,
    transport: '{}',
    settings: '{}',
    allowLocalTargets: 0,
  }
  await gateway.store
    .insertInto('devices')
    .values({ id: 'dev_1', projectId: project.id, name, ...parts, ...times })
    .execute()
}
