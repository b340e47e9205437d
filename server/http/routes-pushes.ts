import { can, demand, type Principal } from '../access/can.ts'
import { AppError, notFound } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import { limits } from '../contract/limits.ts'
import type { PushPassword, pushInput } from '../contract/pushes.ts'
import { routes } from '../contract/routes.ts'
import type { Output } from '../contract/schema.ts'
import type { Devices } from '../devices/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { demandKept } from '../inject/kept-password.ts'
import { keeps, type PasswordSource } from '../inject/push-order.ts'
import { isToRetry, type PushState } from '../inject/push-run.ts'
import type { Pushes } from '../inject/pushes.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import type { LiveViewers } from './live-viewers.ts'
import { pushCaller, pushOrderOf } from './push-request.ts'
import { pushSummaryView, pushView, seenDevices } from './push-view.ts'

export interface PushRouteParts {
  devices: Devices
  pushes: Pushes
  live: LiveViewers
}

/** Putting keys on devices, and reading which are there. */
export function pushEndpoints(parts: PushRouteParts): Endpoint[] {
  const { devices, pushes, live } = parts
  const callerOf = (principal: Principal) => pushCaller(principal, live)
  const found = async (id: string, principal: Principal): Promise<PushState> => {
    const state = await pushes.find(id)
    if (state === undefined || seenDevices(state, principal, devices).length === 0) throw notFound()
    return state
  }
  return [
    endpoint(routes.orderPush, async ({ principal, body, visitor }) => {
      const chosen = chosenDevices(body, principal, devices)
      const password = passwordOf(body.password)
      demandVault(password, body, chosen, principal)
      const push = {
        order: pushOrderOf(body),
        devices: chosen,
        password,
        idempotencyKey: visitor.idempotencyKey,
      }
      return pushView(await pushes.begin(push, callerOf(principal)), principal, devices)
    }),

    endpoint(routes.pushes, async ({ principal, query }) => {
      const projectIds = principal.admin ? undefined : [...principal.memberships.keys()]
      const listed = await pushes.list({ ...query, projectIds })
      return listed
        .filter((state) => seenDevices(state, principal, devices).length > 0)
        .map((state) => pushSummaryView(state, principal, devices))
    }),

    endpoint(routes.push, async ({ principal, params, query }) =>
      pushView(await found(params.id, principal), principal, devices, query.after),
    ),

    endpoint(routes.cancelPush, async ({ principal, params }) => {
      const { push } = await found(params.id, principal)
      if (push.userId !== principal.userId && !principal.admin) {
        throw new AppError('forbidden', `Only ${push.userName} or an instance admin may stop this push.`)
      }
      return pushView(await pushes.cancel(push.id, principal), principal, devices)
    }),

    endpoint(routes.retryPush, async ({ principal, params, body }) => {
      const before = await found(params.id, principal)
      const left = before.devices.filter(isToRetry).flatMap(({ deviceId }) => devices.find(deviceId) ?? [])
      const again = left.filter((device) => can(principal, 'device.push', resourceOf(device)) === 'yes')
      const refused = left.find((device) => can(principal, 'device.push', resourceOf(device)) === 'forbidden')
      if (again.length === 0 && refused) demand(principal, 'device.push', resourceOf(refused))
      const password = passwordOf(body.password)
      const hostKeys = { ...before.order.hostKeys, ...body.hostKeys }
      demandVault(password, { ...before.order, hostKeys }, again, principal)
      const state = await pushes.retry(
        before,
        { devices: again, password, hostKeys: body.hostKeys, agent: body.agent },
        callerOf(principal),
      )
      return pushView(state, principal, devices)
    }),
  ]
}

const resourceOf = ({ projectId }: DeviceRecord) => ({ kind: 'device', projectId }) as const

type Body = Output<typeof pushInput>

/** Those that are named, those of the projects and those with the tags that are named, each once. */
function chosenDevices(body: Body, principal: Principal, devices: Devices): DeviceRecord[] {
  const named = body.devices.map((id) => {
    const device = devices.find(id)
    if (device === undefined) throw notFound()
    demand(principal, 'device.push', resourceOf(device))
    return device
  })
  for (const projectId of body.projects) demand(principal, 'device.push', { kind: 'project', projectId })
  const tagged = (tag: string): DeviceRecord[] => {
    const all = devices.list().filter(({ tags }) => tags.includes(tag))
    const pushable = all.filter((device) => can(principal, 'device.push', resourceOf(device)) === 'yes')
    if (pushable.length > 0) return pushable
    // Also where others have some: that is not theirs to know.
    throw new AppError('bad-request', `No device to which you may push has the tag ${tag}.`)
  }
  const ofProjects = devices.list().filter(({ projectId }) => body.projects.includes(projectId))
  const chosen = [...new Set([...named, ...ofProjects, ...body.tags.flatMap(tagged)])]
  if (chosen.length === 0) throw new AppError('bad-request', 'There are no devices in these projects.')
  if (chosen.length <= limits.pushDevices) return chosen
  throw new AppError('bad-request', `One push goes to at most ${limits.pushDevices} devices.`)
}

function passwordOf(given: PushPassword): PasswordSource {
  return given.from === 'given' ? { ...given, password: new Secret(given.password) } : given
}

/** The vault has the password of root: to take it, and to have one kept. */
function demandVault(
  password: PasswordSource,
  { account, login = account, hostKeys }: Pick<Body, 'login' | 'account' | 'hostKeys'>,
  chosen: readonly DeviceRecord[],
  principal: Principal,
): void {
  if (password.from !== 'vault' && !keeps(password)) return
  for (const device of chosen) {
    if (password.from === 'vault') demandKept(principal, device, { hostKeys })
    else demand(principal, 'password.set', resourceOf(device))
  }
  if (login === 'root') return
  const message = `The vault keeps passwords of root, and ${login} is to log in.`
  throw new AppError('bad-request', message, { mistakes: [{ path: ['password', 'from'], message }] })
}
