import type { Access } from '../access/access.ts'
import { can, type Principal } from '../access/can.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import type { Log } from '../base/log.ts'
import type { Attachment, ViewerPermissions } from '../console/console.ts'

/** A live console ends at most this long after its right to be there has; a revocation that we are told of ends it at once. */
const sweepMs = 4000

export interface LiveViewer {
  principal: Principal
  projectId: string
  deviceId: string
  attachment: Attachment
}

export interface LiveViewers extends Closable {
  /** `active` says that the person did something; `remove` when the socket is closed. */
  add(viewer: LiveViewer): { active(): void; remove(): void }
}

export interface LiveViewersOptions {
  access: Access
  clock: Clock
  log: Log
  permissionsOf(principal: Principal, projectId: string): ViewerPermissions
  /** The project of a device as it stands now: a device may move. */
  projectOf(deviceId: string): string | undefined
}

interface Entry extends LiveViewer {
  active: boolean
}

/**
 * Every viewer whose rights must be renewed while it is attached: at each revocation of its user, and every few seconds for what
 * happens without word (a session or token that expires).
 */
export function createLiveViewers(options: LiveViewersOptions): LiveViewers {
  const { access, clock } = options
  const entries = new Set<Entry>()
  const check = (which: Iterable<Entry>): void => {
    renewAll([...which], options).catch((error: unknown) => {
      options.log.error({ error: String(error) }, 'the rights of live viewers could not be renewed')
    })
  }
  const timer = clock.every(sweepMs, () => check(entries))
  const unlisten = access.revocations.listen(({ userId }) => {
    check([...entries].filter(({ principal }) => principal.userId === userId))
  })
  return {
    add(viewer) {
      const entry: Entry = { ...viewer, active: false }
      entries.add(entry)
      return {
        active: () => {
          entry.active = true
        },
        remove: () => entries.delete(entry),
      }
    },
    async close() {
      timer.cancel()
      unlisten()
    },
  }
}

/** One look at the database for each session or token, however many consoles it has open. */
async function renewAll(entries: Entry[], options: LiveViewersOptions): Promise<void> {
  const groups = Map.groupBy(entries, ({ principal }) => principal.via.id)
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const active = group.some((entry) => entry.active)
    const renewed = await options.access.renew(first.principal, active ? 'active' : 'quiet')
    for (const entry of group) settle(entry, renewed, options)
  }
}

function settle(entry: Entry, renewed: Principal | undefined, options: LiveViewersOptions): void {
  entry.active = false
  const projectId = options.projectOf(entry.deviceId) ?? entry.projectId
  if (renewed === undefined) {
    entry.attachment.expel('revoked', 'Your session or token has ended. Sign in again to come back.')
  } else if (can(renewed, 'console.watch', { kind: 'device', projectId }) !== 'yes') {
    entry.attachment.expel('revoked', 'You no longer have access to this console.')
  } else {
    Object.assign(entry, { principal: renewed, projectId })
    entry.attachment.permit(options.permissionsOf(renewed, projectId))
  }
}
