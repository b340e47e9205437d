import type { Access } from '../access/access.ts'
import { can, type Principal } from '../access/can.ts'
import type { Project as SeenProject } from '../access/projects.ts'
import { Secret } from '../base/secret.ts'
import type { Project } from '../contract/access.ts'
import { routes } from '../contract/routes.ts'
import type { Vault } from '../vault/vault.ts'
import { type Endpoint, endpoint, openEndpoint } from './endpoint.ts'

/** Sessions, password, tokens: what everybody does with their own account. */
export function accountEndpoints(access: Access): Endpoint[] {
  return [
    openEndpoint(routes.signIn, async ({ body, visitor, setSession }) => {
      const signedIn = await access.signIn({
        email: body.email,
        password: new Secret(body.password),
        address: visitor.address,
        userAgent: visitor.userAgent,
        replaces: visitor.session === undefined ? undefined : new Secret(visitor.session),
      })
      setSession(signedIn.cookie.reveal())
      return signedIn.me
    }),
    endpoint(routes.me, async ({ principal }) => access.me(principal)),
    endpoint(routes.signOut, async ({ principal, setSession }) => {
      await access.signOut(principal)
      setSession(null)
    }),
    endpoint(routes.sessions, ({ principal }) => access.sessions(principal)),
    endpoint(routes.signOutEverywhere, async ({ principal, setSession }) => {
      await access.signOutEverywhere(principal)
      setSession(null)
    }),
    endpoint(routes.endSession, ({ principal, params }) => access.endSession(principal, params.id)),
    endpoint(routes.changePassword, ({ principal, body }) =>
      access.changePassword(principal, { current: new Secret(body.current), next: new Secret(body.next) }),
    ),
    endpoint(routes.tokens, ({ principal }) => access.tokens(principal)),
    endpoint(routes.createToken, async ({ principal, body }) => {
      const token = await access.createToken(principal, body)
      return { ...token, secret: token.secret.reveal() }
    }),
    endpoint(routes.revokeToken, ({ principal, params }) => access.revokeToken(principal, params.id)),
  ]
}

export function userEndpoints(access: Access): Endpoint[] {
  const withPassword = async (making: ReturnType<Access['createUser']>) => {
    const { user, password } = await making
    return { user, password: password.reveal() }
  }
  return [
    endpoint(routes.users, ({ principal }) => access.users(principal)),
    endpoint(routes.createUser, ({ principal, body }) => withPassword(access.createUser(principal, body))),
    endpoint(routes.editUser, ({ principal, params, body }) => access.editUser(principal, params.id, body)),
    endpoint(routes.resetPassword, ({ principal, params }) =>
      withPassword(access.resetPassword(principal, params.id)),
    ),
    endpoint(routes.deleteUser, ({ principal, params }) => access.deleteUser(principal, params.id)),
  ]
}

interface ProjectRouteParts {
  access: Access
  vault: Pick<Vault, 'settle'>
  ownersMayDefineDevices: boolean
}

export function projectEndpoints({ access, vault, ownersMayDefineDevices }: ProjectRouteParts): Endpoint[] {
  const shown = (principal: Principal, project: SeenProject): Project => {
    const verdict = can(principal, 'device.create', { kind: 'project', projectId: project.id })
    const addDevices = verdict === 'yes' && (principal.admin || ownersMayDefineDevices)
    return { ...project, may: { addDevices } }
  }
  return [
    endpoint(routes.projects, async ({ principal }) =>
      (await access.projects(principal)).map((project) => shown(principal, project)),
    ),
    endpoint(routes.createProject, async ({ principal, body }) =>
      shown(principal, await access.createProject(principal, body)),
    ),
    endpoint(routes.editProject, async ({ principal, params, body }) => {
      const project = await access.editProject(principal, params.id, body)
      vault.settle()
      return shown(principal, project)
    }),
    endpoint(routes.deleteProject, ({ principal, params }) => access.deleteProject(principal, params.id)),
    endpoint(routes.members, ({ principal, params }) => access.members(principal, params.id)),
    endpoint(routes.setMember, ({ principal, params, body }) => access.setMember(principal, params.id, body)),
    endpoint(routes.removeMember, ({ principal, params }) =>
      access.removeMember(principal, params.id, params.userId),
    ),
  ]
}
