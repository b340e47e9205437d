import { demand } from '../access/can.ts'
import type { Audit } from '../audit/audit.ts'
import { notFound } from '../base/errors.ts'
import { routes } from '../contract/routes.ts'
import type { Devices } from '../devices/devices.ts'
import { type Endpoint, endpoint } from './endpoint.ts'

/** An instance admin reads everything; an owner what happened in their projects. */
export function auditEndpoints({ audit, devices }: { audit: Audit; devices: Devices }): Endpoint[] {
  return [
    endpoint(routes.audit, async ({ principal, query }) => {
      if (query.deviceId !== undefined) {
        const device = devices.find(query.deviceId)
        if (device === undefined && !principal.admin) throw notFound()
        if (device !== undefined)
          demand(principal, 'audit.read', { kind: 'device', projectId: device.projectId })
      }
      if (principal.admin) return audit.query(query)
      const owned = [...principal.memberships]
        .filter(([, role]) => role === 'owner')
        .map(([projectId]) => projectId)
      if (owned.length === 0) demand(principal, 'audit.read', { kind: 'instance' })
      return audit.query({ ...query, projectIds: owned })
    }),
  ]
}
