import { can, type Principal } from '../access/can.ts'
import type { Attachment, ViewerPermissions } from '../console/console.ts'
import type { LivePrincipals } from './live-principals.ts'

export interface LiveViewer {
  principal: Principal
  projectId: string
  deviceId: string
  attachment: Attachment
}

export interface LiveViewers {
  /** `active` says that the person did something; `remove` when the socket is closed. */
  add(viewer: LiveViewer): { active(): void; remove(): void }
}

export interface LiveViewersOptions {
  principals: LivePrincipals
  permissionsOf(principal: Principal, projectId: string): ViewerPermissions
  /** The project of a device as it stands now: a device may move. */
  projectOf(deviceId: string): string | undefined
}

/** Every viewer, whose rights at its console are renewed while it is attached. */
export function createLiveViewers(options: LiveViewersOptions): LiveViewers {
  return {
    add({ principal, ...viewer }) {
      const place = { ...viewer }
      return options.principals.add({
        principal,
        renewed: (renewed) => settle(place, renewed, options),
      })
    },
  }
}

function settle(
  viewer: Omit<LiveViewer, 'principal'>,
  renewed: Principal | undefined,
  options: LiveViewersOptions,
): void {
  const projectId = options.projectOf(viewer.deviceId) ?? viewer.projectId
  if (renewed === undefined) {
    viewer.attachment.expel('revoked', 'Your session or token has ended. Sign in again to come back.')
  } else if (can(renewed, 'console.watch', { kind: 'device', projectId }) !== 'yes') {
    viewer.attachment.expel('revoked', 'You no longer have access to this console.')
  } else {
    viewer.projectId = projectId
    viewer.attachment.permit(options.permissionsOf(renewed, projectId))
  }
}
