import type { Detail } from '../audit/entry.ts'
import { AppError, notFound } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Secret } from '../base/secret.ts'
import type { User } from '../contract/access.ts'
import { actorOf } from './actor.ts'
import { demand, type Principal } from './can.ts'
import type { Change } from './change.ts'
import type { Context } from './context.ts'
import { generatePassword } from './passwords.ts'

/** The users of the gateway, as an instance admin manages them. */
export interface Users {
  users(principal: Principal): Promise<User[]>
  createUser(
    principal: Principal,
    input: { email: string; name: string; admin: boolean },
  ): Promise<UserWithPassword>
  /** Disabling also ends all their sessions and revokes all their tokens. */
  editUser(principal: Principal, userId: string, edit: UserEdit): Promise<User>
  /** Also ends all their sessions and revokes all their tokens. */
  resetPassword(principal: Principal, userId: string): Promise<UserWithPassword>
  /** @throws AppError `in-use` for the last admin, and for the only owner of a project. */
  deleteUser(principal: Principal, userId: string): Promise<void>
}

export interface UserEdit {
  name?: string | undefined
  admin?: boolean | undefined
  disabled?: boolean | undefined
}

export interface UserWithPassword {
  user: User
  /** Generated; must be changed at the first sign-in. */
  password: Secret
}

export function createUsers(context: Context): Users {
  return {
    async users(principal) {
      demandManage(principal)
      return context.read.users.list()
    },
    createUser: (principal, input) => createUser(context, principal, input),
    editUser: (principal, userId, edit) => editUser(context, principal, { userId, edit }),
    resetPassword: (principal, userId) => resetPassword(context, principal, userId),
    deleteUser: (principal, userId) => deleteUser(context, principal, userId),
  }
}

async function createUser(
  { change, clock, passwords }: Context,
  principal: Principal,
  { email, name, admin }: { email: string; name: string; admin: boolean },
): Promise<UserWithPassword> {
  demandManage(principal)
  const password = generatePassword()
  const passwordHash = await passwords.hash(password, 'usual')
  const flags = { admin, disabled: false, mustChangePassword: true }
  const user: User = { id: newId('usr'), email, name, ...flags, createdAt: clock.now() }
  return change(async ({ users, record }) => {
    if ((await users.findByEmail(email)) !== undefined) {
      throw new AppError('already-exists', `There is a user with the e-mail ${email} already.`)
    }
    await users.add({ user, passwordHash })
    await record({ action: 'user.created', by: actorOf(principal), target: email, detail: { admin } })
    return { user, password }
  })
}

async function editUser(
  { change }: Context,
  principal: Principal,
  { userId, edit }: { userId: string; edit: UserEdit },
): Promise<User> {
  demandManage(principal)
  return change(async (within) => {
    const before = await find(within, userId)
    const { name = before.name, admin = before.admin, disabled = before.disabled } = edit
    const after = { ...before, name, admin, disabled }
    const detail = differences(before, after)
    if (Object.keys(detail).length === 0) return before
    if (!admin || disabled) await keepAnAdmin(within, before)
    await within.users.save(after)
    if (disabled) await endEverything(within, userId)
    await within.record({ action: 'user.changed', by: actorOf(principal), target: before.email, detail })
    within.revoke(userId)
    return after
  })
}

async function resetPassword(
  { change, passwords }: Context,
  principal: Principal,
  userId: string,
): Promise<UserWithPassword> {
  demandManage(principal)
  if (userId === principal.userId) {
    throw new AppError(
      'bad-request',
      'Your own password cannot be reset, since a stolen session would be enough for that. Change it instead: that asks for the current one.',
    )
  }
  const password = generatePassword()
  const hash = await passwords.hash(password, 'usual')
  return change(async (within) => {
    const user = await find(within, userId)
    await within.users.setPassword(userId, { hash, mustChange: true })
    await endEverything(within, userId)
    await within.record({ action: 'password.reset', by: actorOf(principal), target: user.email })
    within.revoke(userId)
    return { user: { ...user, mustChangePassword: true }, password }
  })
}

async function deleteUser({ change }: Context, principal: Principal, userId: string): Promise<void> {
  demandManage(principal)
  await change(async (within) => {
    const user = await find(within, userId)
    await keepAnAdmin(within, user)
    await keepOwners(within, user)
    await within.users.remove(userId)
    await within.record({ action: 'user.deleted', by: actorOf(principal), target: user.email })
    within.revoke(userId)
  })
}

function demandManage(principal: Principal): void {
  demand(principal, 'users.manage', { kind: 'instance' })
}

async function find({ users }: Change, userId: string): Promise<User> {
  const user = await users.find(userId)
  if (user === undefined) throw notFound()
  return user
}

async function endEverything({ sessions, tokens }: Change, userId: string): Promise<void> {
  await sessions.removeOfUser(userId)
  await tokens.removeOfUser(userId)
}

/** Without an admin who can sign in, nobody could ever make one again. */
async function keepAnAdmin({ users }: Change, user: User): Promise<void> {
  if (!user.admin || user.disabled || (await users.hasOtherAdmin(user.id))) return
  throw new AppError(
    'in-use',
    `${user.email} is the last instance admin who can sign in. Make somebody else an instance admin first.`,
  )
}

async function keepOwners({ members }: Change, user: User): Promise<void> {
  const orphans = await members.onlyOwnerOf(user.id)
  if (orphans.length === 0) return
  const names = orphans.map((name) => `“${name}”`).join(', ')
  throw new AppError(
    'in-use',
    `${user.email} is the only owner of ${names}. Make somebody else an owner there first, then delete the user.`,
  )
}

function differences(before: User, after: User): Detail {
  const fields = ['name', 'admin', 'disabled'] as const
  return Object.fromEntries(
    fields.filter((field) => before[field] !== after[field]).map((field) => [field, after[field]]),
  )
}
