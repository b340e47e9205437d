import { AppError, notFound } from '../base/errors.ts'
import { routes } from '../contract/routes.ts'
import type { Devices } from '../devices/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { DeviceKeys } from '../keys/device-keys.ts'
import type { KeyImport } from '../keys/import.ts'
import type { Portal } from '../keys/portal.ts'
import { AtOnce } from './at-once.ts'
import { type Endpoint, endpoint } from './endpoint.ts'

export interface KeyRouteParts {
  devices: Devices
  keys: { portal: Portal; onDevices: DeviceKeys; import: KeyImport }
}

/** Each waits up to 10 s for an address of the caller's choice. */
const importsAtOnce = 2

function tooManyImports(): AppError {
  const message = `${importsAtOnce} imports of yours are under way, and no more are done at once. Wait until one has ended.`
  return new AppError('try-later', message, { retryAfter: 5 })
}

/** Portal keys, and which of them belong on a device. */
export function keyEndpoints({ devices, keys: { portal, onDevices, ...keys } }: KeyRouteParts): Endpoint[] {
  const find = (id: string): DeviceRecord => devices.find(id) ?? missing()
  const imports = new AtOnce(importsAtOnce, tooManyImports)
  return [
    endpoint(routes.keys, ({ principal, query }) =>
      portal.list(principal, { userId: principal.userId }, query),
    ),
    endpoint(routes.addKey, ({ principal, body }) =>
      portal.add(principal, { userId: principal.userId }, body),
    ),
    endpoint(routes.key, ({ principal, params }) => portal.get(principal, params.id)),
    endpoint(routes.editKey, ({ principal, params, body }) => portal.edit(principal, params.id, body)),
    endpoint(routes.deleteKey, ({ principal, params, query }) =>
      portal.remove(principal, params.id, { leave: query.leave === '1' }),
    ),
    endpoint(routes.keyPlaces, ({ principal, params }) => portal.places(principal, params.id)),
    endpoint(routes.userKeyPlaces, ({ principal, params }) =>
      portal.personPlaces(principal, { userId: params.id }),
    ),
    endpoint(routes.memberKeyPlaces, ({ principal, params }) =>
      portal.personPlaces(principal, { userId: params.userId, projectId: params.id }),
    ),
    endpoint(routes.previewImport, ({ principal, body: { url, projectId } }) => {
      const owner = projectId === undefined ? { userId: principal.userId } : { projectId }
      return imports.run(principal.userId, () => keys.import.preview(principal, { url, owner }))
    }),
    endpoint(routes.projectKeys, ({ principal, params, query }) =>
      portal.list(principal, { projectId: params.id }, query),
    ),
    endpoint(routes.addProjectKey, ({ principal, params, body }) =>
      portal.add(principal, { projectId: params.id }, body),
    ),
    endpoint(routes.deviceKeys, ({ principal, params, query }) =>
      onDevices.effective(principal, find(params.id), query),
    ),
    endpoint(routes.chooseDeviceKeys, ({ principal, params, body }) =>
      onDevices.choose(principal, find(params.id), body),
    ),
  ]
}

function missing(): never {
  throw notFound()
}
