import { AppError, notFound } from '../base/errors.ts'
import type { Action, Role } from '../contract/access.ts'

/** Who asks: a person or a program of theirs, as the database knew them when they were authenticated or last renewed. */
export interface Principal {
  userId: string
  email: string
  name: string
  /** Instance admin: may everything everywhere. */
  admin: boolean
  /** The password was generated for them: until it is their own they may do nothing but change it. */
  mustChangePassword: boolean
  via: { kind: 'session' | 'token'; id: string }
  memberships: ReadonlyMap<string, Role>
  /** IP address they came from; null when there is none, as on a unix socket. */
  address: string | null
}

/** What is acted on. A device is as its project; of what is a user's own they are the owner; `instance` is the gateway itself. */
export type Resource =
  | { kind: 'device'; projectId: string }
  | { kind: 'project'; projectId: string }
  | { kind: 'user'; userId: string }
  | { kind: 'instance' }

/** `hidden`: they may not even know that it exists, so the answer is that of what does not exist. */
export type Verdict = 'yes' | 'forbidden' | 'hidden'

type Least = Role | 'admin'

/** The least one must be in the project of the thing to do this with it, and how a refusal names it. */
const rights: Record<Action, { least: Least; words: string }> = {
  'device.view': { least: 'watcher', words: 'see devices' },
  'console.watch': { least: 'watcher', words: 'watch consoles' },
  'project.view': { least: 'watcher', words: 'see projects' },

  'key.view': { least: 'watcher', words: 'see keys' },

  'console.write': { least: 'collaborator', words: 'type on consoles' },
  'console.break': { least: 'collaborator', words: 'send a break' },
  'device.push': { least: 'collaborator', words: 'put keys on devices' },
  'password.use': { least: 'collaborator', words: 'have root passwords used' },
  'device.power': { least: 'collaborator', words: 'switch machines on and off' },
  'device.reconnect': { least: 'collaborator', words: 'reconnect devices' },

  'console.force': { least: 'owner', words: 'take the write lock by force' },
  'device.create': { least: 'owner', words: 'add devices' },
  'device.edit': { least: 'owner', words: 'change devices' },
  'device.delete': { least: 'owner', words: 'delete devices' },
  'device.secrets': { least: 'owner', words: "set a device's passwords and keys" },
  'device.provision': { least: 'owner', words: 'provision devices' },
  'password.reveal': { least: 'owner', words: 'see root passwords' },
  'password.set': { least: 'owner', words: 'set or destroy root passwords' },
  'project.edit': { least: 'owner', words: 'change projects' },
  'project.members': { least: 'owner', words: 'manage members' },
  'project.delete': { least: 'owner', words: 'delete projects' },
  'audit.read': { least: 'owner', words: 'read the audit' },
  'key.add': { least: 'owner', words: 'add keys' },
  'key.edit': { least: 'owner', words: 'change keys' },
  'key.delete': { least: 'owner', words: 'delete keys' },
  'key.select': { least: 'owner', words: 'choose which keys are handed out' },

  'project.create': { least: 'admin', words: 'create projects' },
  'users.manage': { least: 'admin', words: 'manage users' },
}

/**
 * Users are managed by handing out passwords, and a key opens machines until somebody takes it from them: a leaked token could make
 * itself a way in that outlives it. A token may see keys, and delete them.
 */
const neverByToken: ReadonlySet<Action> = new Set(['users.manage', 'key.add', 'key.edit'])

const rank: Record<Least, number> = { watcher: 1, collaborator: 2, owner: 3, admin: 4 }

/** The one place that decides who may what. Pure: it knows only what the principal carries. */
export function can(principal: Principal, action: Action, resource: Resource): Verdict {
  if (principal.mustChangePassword) return 'forbidden'
  const standing = standingIn(principal, resource)
  if (standing === undefined) return resource.kind === 'instance' ? 'forbidden' : 'hidden'
  if (principal.via.kind === 'token' && neverByToken.has(action)) return 'forbidden'
  return rank[standing] >= rank[rights[action].least] ? 'yes' : 'forbidden'
}

/** @throws AppError `not-found`, `forbidden` or `password-change-required`, in words for the person. */
export function demand(principal: Principal, action: Action, resource: Resource): void {
  demandOwnPassword(principal)
  const verdict = can(principal, action, resource)
  if (verdict === 'hidden') throw notFound()
  if (verdict === 'forbidden') throw new AppError('forbidden', refusal(principal, action, resource))
}

/** @throws AppError `password-change-required` while the password is one that was generated for them. */
export function demandOwnPassword(principal: Principal): void {
  if (!principal.mustChangePassword) return
  throw new AppError(
    'password-change-required',
    'Your password was generated for you. Set one of your own first; everything else waits for that.',
  )
}

/**
 * Passwords, sessions and tokens are one's own, and only a session may manage them: a leaked token must not make new ones.
 * @throws AppError `forbidden` for a token.
 */
export function demandSession(principal: Principal): void {
  if (principal.via.kind === 'session') return
  throw new AppError(
    'forbidden',
    'An API token may not manage passwords, sessions or tokens. Sign in with your password to do that.',
  )
}

/** Whether it is only as instance admin that they may do this: the audit says so. */
export function actsAsAdmin(principal: Principal, action: Action, resource: Resource): boolean {
  return principal.admin && can({ ...principal, admin: false }, action, resource) !== 'yes'
}

function standingIn(principal: Principal, resource: Resource): Least | undefined {
  if (principal.admin) return 'admin'
  if (resource.kind === 'instance') return undefined
  if (resource.kind === 'user') return resource.userId === principal.userId ? 'owner' : undefined
  return principal.memberships.get(resource.projectId)
}

function refusal(principal: Principal, action: Action, resource: Resource): string {
  const { least, words } = rights[action]
  if (principal.via.kind === 'token' && neverByToken.has(action)) {
    return `An API token may not ${words}. Sign in with your password to do that.`
  }
  if (least === 'admin' || resource.kind === 'instance' || resource.kind === 'user') {
    return `Only an instance admin may ${words} here. Ask one to do it or to make you one.`
  }
  const role = principal.memberships.get(resource.projectId)
  return `As ${role} of this project you may not ${words}. Ask one of its owners to do it or to make you ${least}.`
}
