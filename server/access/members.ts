import { AppError, notFound } from '../base/errors.ts'
import type { Action, Member, Role } from '../contract/access.ts'
import { actorOf, capacityOf } from './actor.ts'
import { can, demand, type Principal } from './can.ts'
import type { Change } from './change.ts'
import type { Context } from './context.ts'
import { principalOf } from './principals.ts'
import { findProject, inProject } from './projects.ts'

/** Who is what in a project. It keeps an owner who can sign in, unless an instance admin decides otherwise. */
export interface Members {
  members(principal: Principal, projectId: string): Promise<Member[]>
  /** Adds a member, or changes the role of one. */
  setMember(principal: Principal, projectId: string, input: { email: string; role: Role }): Promise<Member[]>
  removeMember(principal: Principal, projectId: string, userId: string): Promise<void>
  /** Those who may do all of this to its devices, were they signed in. Who may know, the caller has made sure. */
  membersWhoMay(projectId: string, wanted: readonly Action[]): Promise<Member[]>
}

export function createMembers(context: Context): Members {
  return {
    async members(principal, projectId) {
      demand(principal, 'project.view', inProject(projectId))
      await findProject(context.read, projectId)
      return context.read.members.ofProject(projectId)
    },
    setMember: (principal, projectId, input) => setMember(context, principal, { projectId, ...input }),
    removeMember: (principal, projectId, userId) => removeMember(context, principal, { projectId, userId }),
    membersWhoMay: (projectId, wanted) => membersWhoMay(context, projectId, wanted),
  }
}

async function membersWhoMay(
  context: Context,
  projectId: string,
  wanted: readonly Action[],
): Promise<Member[]> {
  const device = { kind: 'device', projectId } as const
  const may = async ({ userId }: Member): Promise<boolean> => {
    const them = await principalOf(context, userId, { kind: 'session', id: '' }, null)
    return them !== undefined && wanted.every((action) => can(them, action, device) === 'yes')
  }
  const members = await context.read.members.ofProject(projectId)
  const verdicts = await Promise.all(members.map(may))
  return members.filter((_, at) => verdicts[at])
}

async function setMember(
  { change, clock }: Context,
  principal: Principal,
  { projectId, email, role }: { projectId: string; email: string; role: Role },
): Promise<Member[]> {
  demand(principal, 'project.members', inProject(projectId))
  return change(async (within) => {
    const project = await findProject(within, projectId)
    const user = await within.users.findByEmail(email)
    if (user === undefined) throw unknownPerson(email)
    const before = (await within.members.ofProject(projectId)).find(({ userId }) => userId === user.id)
    if (before?.role !== role) {
      if (before?.role === 'owner') await keepAnOwner(within, principal, { project, userId: user.id })
      await within.members.set(projectId, user.id, { role, at: clock.now() })
      const was = before === undefined ? {} : { before: before.role }
      const detail = { project: project.name, role, ...was, ...capacity(principal, projectId) }
      await within.record({ action: 'member.set', by: actorOf(principal), projectId, target: email, detail })
      within.revoke(user.id)
    }
    return within.members.ofProject(projectId)
  })
}

async function removeMember(
  { change }: Context,
  principal: Principal,
  { projectId, userId }: { projectId: string; userId: string },
): Promise<void> {
  demand(principal, 'project.members', inProject(projectId))
  await change(async (within) => {
    const project = await findProject(within, projectId)
    const member = (await within.members.ofProject(projectId)).find((one) => one.userId === userId)
    if (member === undefined) throw notFound()
    if (member.role === 'owner') await keepAnOwner(within, principal, { project, userId })
    await within.members.remove(projectId, userId)
    const detail = { project: project.name, before: member.role, ...capacity(principal, projectId) }
    const by = actorOf(principal)
    await within.record({ action: 'member.removed', by, projectId, target: member.email, detail })
    within.revoke(userId)
  })
}

async function keepAnOwner(
  { members }: Change,
  principal: Principal,
  { project, userId }: { project: { id: string; name: string }; userId: string },
): Promise<void> {
  if (principal.admin || (await members.hasOtherOwner(project.id, userId))) return
  throw new AppError(
    'in-use',
    `“${project.name}” must keep an owner who can sign in. Make somebody else an owner first.`,
  )
}

/** An owner learns here which e-mails have an account: who adds people by e-mail must be told when it is mistyped. */
function unknownPerson(email: string): AppError {
  const message = `Nobody with the e-mail ${email} has an account here. Check it, or ask an instance admin to create one.`
  return new AppError('bad-request', message, { mistakes: [{ path: ['email'], message }] })
}

function capacity(principal: Principal, projectId: string) {
  return capacityOf(principal, 'project.members', inProject(projectId))
}
