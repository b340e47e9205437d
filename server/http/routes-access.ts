import type { Access } from '../access/access.ts'
import type { Principal } from '../access/can.ts'
import { Secret } from '../base/secret.ts'
import { routes } from '../contract/routes.ts'
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

export function projectEndpoints(access: Access): Endpoint[] {
  return [
    endpoint(routes.projects, ({ principal }: { principal: Principal }) => access.projects(principal)),
    endpoint(routes.createProject, ({ principal, body }) => access.createProject(principal, body)),
    endpoint(routes.editProject, ({ principal, params, body }) =>
      access.editProject(principal, params.id, body),
    ),
    endpoint(routes.deleteProject, ({ principal, params }) => access.deleteProject(principal, params.id)),
    endpoint(routes.members, ({ principal, params }) => access.members(principal, params.id)),
    endpoint(routes.setMember, ({ principal, params, body }) => access.setMember(principal, params.id, body)),
    endpoint(routes.removeMember, ({ principal, params }) =>
      access.removeMember(principal, params.id, params.userId),
    ),
  ]
}
