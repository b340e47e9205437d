import { type Act, gatewayItself } from './audit/entry.ts'
import type { ConsoleEvent } from './console/console.ts'

/** What the audit says of something that happened on a console. */
export function actOfConsole(event: ConsoleEvent): Act {
  const { spec, offset } = event
  const place = { projectId: spec.projectId, deviceId: spec.deviceId, target: spec.name }
  switch (event.type) {
    case 'attached':
      return {
        ...place,
        action: 'console.attached',
        by: by(event.actor),
        detail: { viewer: event.viewerId, role: event.role, offset },
      }
    case 'detached': {
      const { viewerId: viewer, typedBytes, reason } = event
      return {
        ...place,
        action: 'console.detached',
        by: by(event.actor),
        detail: { viewer, typedBytes, reason, offset },
      }
    }
    case 'lock': {
      const detail = { event: event.event, writer: event.writer?.email ?? null, reason: event.reason, offset }
      return { ...place, action: 'console.lock', by: by(event.actor), detail }
    }
    case 'login': {
      const detail = { user: event.user, root: event.root, offset }
      return { ...place, action: 'console.login', by: by(event.actor), detail }
    }
    case 'logout': {
      const detail = { how: event.how, done: event.why === null, why: event.why, offset }
      return { ...place, action: 'console.logout', by: by(event.actor), detail }
    }
    case 'size-set': {
      const detail = { rows: event.rows, cols: event.cols, offset }
      return { ...place, action: 'console.size-set', by: by(event.actor), detail }
    }
    case 'break': {
      const { viewerId: viewer, key } = event
      const who = { ...place, by: by(event.actor) }
      if (key === null) return { ...who, action: 'console.break', detail: { viewer, offset } }
      return { ...who, action: 'console.sysrq', detail: { viewer, key, offset } }
    }
    case 'line': {
      const { line } = event
      const cause = line.state === 'waiting' ? { cause: line.cause.code, message: line.cause.message } : {}
      return {
        ...place,
        action: 'console.line',
        by: by(null),
        detail: { state: line.state, ...cause, offset },
      }
    }
  }
}

function by(actor: { id: string; email: string; address: string | null } | null): Act['by'] {
  return actor === null ? gatewayItself : { id: actor.id, name: actor.email, address: actor.address }
}
