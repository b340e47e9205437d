import type { Actor, Detail } from '../audit/entry.ts'
import type { Action } from '../contract/access.ts'
import { actsAsAdmin, type Principal, type Resource } from './can.ts'

/** A principal as the audit names them. */
export function actorOf(principal: Principal): Actor {
  return { id: principal.userId, name: principal.email, address: principal.address }
}

/** In what capacity they act, for the detail of an audit entry: by a token, and only as instance admin. */
export function capacityOf(principal: Principal, action: Action, resource: Resource): Detail {
  return {
    ...(principal.via.kind === 'token' ? { token: principal.via.id } : {}),
    ...(actsAsAdmin(principal, action, resource) ? { asAdmin: true } : {}),
  }
}
