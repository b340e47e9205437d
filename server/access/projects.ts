import type { Detail } from '../audit/entry.ts'
import { AppError, notFound } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { ProjectInput, Project as ShownProject } from '../contract/access.ts'
import { limits } from '../contract/limits.ts'
import type { ProjectRow, ProjectSettings } from '../store/projects.ts'
import { actorOf, capacityOf } from './actor.ts'
import { can, demand, demandOwnPassword, type Principal } from './can.ts'
import type { Change } from './change.ts'
import type { Context } from './context.ts'

/** What may be done in one is also for the gateway's configuration to say: whoever shows it adds that. */
export type Project = Omit<ShownProject, 'may'>

export interface Projects {
  /** Those that the caller may see. */
  projects(principal: Principal): Promise<Project[]>
  /** Who creates a project is its first owner. */
  createProject(principal: Principal, input: ProjectInput): Promise<Project>
  editProject(principal: Principal, projectId: string, input: ProjectInput): Promise<Project>
  /** @throws AppError `in-use` while it has devices. */
  deleteProject(principal: Principal, projectId: string): Promise<void>
  /** Whether a recovery of a device in it waits for a second person. */
  demandsApproval(projectId: string): Promise<boolean>
}

/** For so long a rule that was switched off holds: who switches it off to be alone at it is seen by the others first. */
const approvalEndsMs = 24 * 3600_000

export function createProjects(context: Context): Projects {
  return {
    async projects(principal) {
      demandOwnPassword(principal)
      const rows = await context.read.projects.list()
      const seen = rows.filter(({ id }) => can(principal, 'project.view', inProject(id)) === 'yes')
      return seen.map((row) => asSeenBy(principal, row))
    },
    createProject: (principal, input) => createProject(context, principal, input),
    editProject: (principal, projectId, input) => editProject(context, principal, { projectId, ...input }),
    deleteProject: (principal, projectId) => deleteProject(context, principal, projectId),
    async demandsApproval(projectId) {
      const { recoveryApproval, recoveryApprovalUntil } = await findProject(context.read, projectId)
      return recoveryApproval || (recoveryApprovalUntil ?? 0) > context.clock.now()
    },
  }
}

async function createProject(
  { change, clock }: Context,
  principal: Principal,
  { name, passwordHours = limits.passwordHoursMax, recoveryApproval = false }: ProjectInput,
): Promise<Project> {
  demand(principal, 'project.create', { kind: 'instance' })
  const project = { id: newId('prj'), name, createdAt: clock.now(), passwordHours }
  const approval = { recoveryApproval, recoveryApprovalUntil: null }
  return change(async (within) => {
    await demandNewName(within, project)
    await within.projects.add({ ...project, recoveryApproval: Number(recoveryApproval) })
    await within.members.set(project.id, principal.userId, { role: 'owner', at: project.createdAt })
    const capacity = capacityOf(principal, 'project.create', { kind: 'instance' })
    const detail = { passwordHours, recoveryApproval, ...capacity }
    const by = actorOf(principal)
    await within.record({ action: 'project.created', by, projectId: project.id, target: name, detail })
    within.revoke(principal.userId)
    return { ...project, ...approval, role: 'owner', devices: 0 }
  })
}

async function editProject(
  { change, clock }: Context,
  principal: Principal,
  { projectId, ...input }: ProjectInput & { projectId: string },
): Promise<Project> {
  const resource = inProject(projectId)
  demand(principal, 'project.edit', resource)
  return change(async (within) => {
    const before = await findProject(within, projectId)
    const after = changedBy(before, input, clock.now())
    const changes = changedBetween(before, after)
    if (Object.keys(changes).length === 0) return asSeenBy(principal, before)
    await demandNewName(within, { id: projectId, name: after.name })
    await within.projects.change(projectId, after)
    const detail = { ...changes, ...capacityOf(principal, 'project.edit', resource) }
    await within.record({
      action: 'project.changed',
      by: actorOf(principal),
      projectId,
      target: after.name,
      detail,
    })
    return asSeenBy(principal, { ...before, ...after })
  })
}

function changedBy(before: ProjectSettings, input: ProjectInput, now: number): ProjectSettings {
  const { name, passwordHours = before.passwordHours, recoveryApproval = before.recoveryApproval } = input
  const ends = before.recoveryApproval ? now + approvalEndsMs : before.recoveryApprovalUntil
  return {
    name,
    passwordHours,
    recoveryApproval,
    recoveryApprovalUntil: recoveryApproval ? null : ends,
  }
}

function changedBetween(before: ProjectSettings, after: ProjectSettings): Detail {
  return {
    ...(before.name !== after.name && { before: before.name }),
    ...(before.passwordHours !== after.passwordHours && {
      passwordHours: after.passwordHours,
      passwordHoursBefore: before.passwordHours,
    }),
    ...(before.recoveryApproval !== after.recoveryApproval && { recoveryApproval: after.recoveryApproval }),
  }
}

async function deleteProject({ change }: Context, principal: Principal, projectId: string): Promise<void> {
  const resource = inProject(projectId)
  demand(principal, 'project.delete', resource)
  await change(async (within) => {
    const { name, devices } = await findProject(within, projectId)
    if (devices > 0) {
      const count = devices === 1 ? 'a device' : `${devices} devices`
      throw new AppError('in-use', `The project “${name}” has ${count}. Delete or move them first.`)
    }
    for (const { userId } of await within.members.ofProject(projectId)) within.revoke(userId)
    await within.projects.remove(projectId)
    const detail = capacityOf(principal, 'project.delete', resource)
    await within.record({
      action: 'project.deleted',
      by: actorOf(principal),
      projectId,
      target: name,
      detail,
    })
  })
}

/** @throws AppError `not-found` */
export async function findProject({ projects }: Pick<Change, 'projects'>, id: string): Promise<ProjectRow> {
  const project = await projects.find(id)
  if (project === undefined) throw notFound()
  return project
}

export function inProject(projectId: string): { kind: 'project'; projectId: string } {
  return { kind: 'project', projectId }
}

async function demandNewName(
  { projects }: Change,
  { id, name }: { id: string; name: string },
): Promise<void> {
  if (!(await projects.nameTaken(name, id))) return
  throw new AppError('already-exists', `There is a project named “${name}” already. Choose another name.`)
}

function asSeenBy(principal: Principal, row: ProjectRow): Project {
  return { ...row, role: principal.memberships.get(row.id) ?? null }
}
