import { actorOf, capacityOf } from '../access/actor.ts'
import { can, type Principal } from '../access/can.ts'
import { AppError } from '../base/errors.ts'
import type { Secret } from '../base/secret.ts'
import type { AgentCredential } from '../console/ssh/agent.ts'
import { LinkError } from '../console/transport.ts'
import { limits } from '../contract/limits.ts'
import { readOpenSshLine } from '../contract/public-key/openssh-line.ts'
import { rewritesWords } from '../contract/rewriters.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { Stopped } from '../operator/stopped.ts'
import type { AgentSeat } from './agent-seat.ts'
import { agentGone } from './agent-talks.ts'
import type { DeviceAct } from './device-act.ts'
import { type DeviceOutcome, type DevicePlace, pushToDevice } from './device-push.ts'
import { keepingOf } from './keep-password.ts'
import { demandKept } from './kept-password.ts'
import type { PushKey } from './plan.ts'
import type { PasswordSource, PushOrder } from './push-order.ts'
import type { PushCaller, PushesParts } from './push-parts.ts'
import type { Choice } from './ways.ts'

/** One device of a push. */
export interface PushTask extends PushCaller {
  pushId: string
  deviceId: string
  order: PushOrder
  password: PasswordSource
  /** Where the agent sits that is to log in. */
  seat: AgentSeat | undefined
  signal: AbortSignal
  tell(message: string): void
  chosen(choice: Choice): void
  metHost(hostKey: string): void
  loggedInBy(agentKey: string): void
}

/** Does what was ordered on one device, as whoever ordered it may now, and keeps what was read there. Rejects as `pushToDevice` does. */
export async function doTask(task: PushTask, parts: PushesParts): Promise<DeviceOutcome> {
  const { order, deviceId, signal } = task
  const device = parts.devices.find(deviceId)
  if (device === undefined) throw new AppError('push-failed', 'The device is not there any more.')
  if (device.transport.kind === 'demo') throw new AppError('push-failed', noDemo)
  const principal = await renewed(task, device, parts)
  const what = await actFor(device, order, parts)
  const password = await passwordFor(device, principal, task, parts)
  signal.throwIfAborted()
  const { way, port, session, sudo = false } = order
  const login = { user: order.login, password, session }
  const agent = await agentFor(device, task, password, parts)
  const wanted = { what, way, port, login, sudo, agent }
  const keeping = keepingOf(task.password, { device, principal, vault: parts.vault, log: parts.log })
  const place = { ...(await placeOf(device, principal, task, parts)), passwordWorked: keeping.worked }
  // Also when nothing came of the push: the login is what proved it.
  const outcome = await pushToDevice(wanted, place).finally(keeping.settle)
  const gone = await goneWords(device, outcome, parts)
  await keep(device, order, outcome, parts)
  return { ...outcome, message: [outcome.message, gone, keeping.told()].filter(Boolean).join(' ') }
}

/** Its shell runs on the gateway's machine, where a look at passwd finds that machine's root. */
const noDemo =
  'A demo device has no keys of its own: its shell runs on the machine of the gateway, and the keys would let people in there.'

async function renewed(
  { principal }: PushTask,
  { projectId }: DeviceRecord,
  { access }: PushesParts,
): Promise<Principal> {
  const now = await access.renew(principal, 'quiet')
  if (now !== undefined && can(now, 'device.push', { kind: 'device', projectId }) === 'yes') return now
  throw new Stopped('cancelled', `${principal.name} may not put keys on this device any more.`)
}

async function actFor(device: DeviceRecord, order: PushOrder, parts: PushesParts): Promise<DeviceAct> {
  const { act, account, dryRun, keys = [], widen = [], withOptions, allowLast } = order
  switch (act) {
    case 'add':
      return { act, account, dryRun, keys: await keysFor(device, order, parts), widen }
    case 'read':
      return { act, account, dryRun }
    case 'remove':
      return { act, account, dryRun, keys, withOptions, allowLast }
  }
}

async function keysFor(device: DeviceRecord, { keys }: PushOrder, { deviceKeys }: PushesParts) {
  const handedOut = await deviceKeys.handedOut(device)
  const chosen = keys === undefined ? handedOut : handedOut.filter(({ sha256 }) => keys.includes(sha256))
  const strange = keys?.find((sha256) => !chosen.some((key) => key.sha256 === sha256))
  if (strange !== undefined) {
    throw new AppError(
      'push-failed',
      `The key ${strange} is not one that ${device.name} hands out: it belongs to nobody of its project, has expired, or is not selected there.`,
    )
  }
  if (chosen.length === 0) throw new AppError('push-failed', `No key is handed out on ${device.name}.`)
  if (chosen.length > limits.pushKeys) {
    throw new AppError('push-failed', `${chosen.length} keys are more than one push takes: choose some.`)
  }
  return chosen.map(({ line }) => pushKeyOf(line))
}

/** Portal keys were proved well formed when they were added; what is weak by now is the portal's to say. */
function pushKeyOf(line: string): PushKey {
  const read = readOpenSshLine(line, { leastRsaBits: 1024 })
  if (!read.ok)
    throw new AppError('push-failed', `A key of the portal cannot be read: ${read.refusal.reason}`)
  const { type, blob, comment } = read.value
  return { type, blob, comment }
}

async function passwordFor(
  device: DeviceRecord,
  principal: Principal,
  { order, password, pushId }: PushTask,
  { vault }: PushesParts,
): Promise<Secret | undefined> {
  if (password.from === 'given') return password.password
  if (password.from === 'nowhere') return undefined
  demandKept(principal, device, order)
  const resource = { kind: 'device', projectId: device.projectId } as const
  const place = { deviceId: device.id, projectId: device.projectId, target: device.name }
  const by = { actor: actorOf(principal), capacity: capacityOf(principal, 'password.use', resource) }
  return vault.use(place, by, `push ${pushId}`)
}

/** Keys that were seen on the device come first. Where the agent is gone, what is left is a password. */
async function agentFor(
  { id, name }: DeviceRecord,
  { seat }: PushTask,
  password: Secret | undefined,
  { deviceKeys }: PushesParts,
): Promise<AgentCredential | undefined> {
  const agent = seat?.for(name)
  if (agent !== undefined) return { agent, likely: await deviceKeys.seen(id) }
  if (seat === undefined || password !== undefined) return undefined
  throw new LinkError(agentGone)
}

async function placeOf(
  device: DeviceRecord,
  principal: Principal,
  { order, seats, signal, tell, chosen, metHost, loggedInBy }: PushTask,
  { consoles, jobs, hostKeyOf, clock }: PushesParts,
): Promise<Omit<DevicePlace, 'passwordWorked'>> {
  const console = consoles.get(device.id)
  if (console === undefined) throw new AppError('push-failed', 'The device is not there any more.')
  const { userId: id, name, email, address } = principal
  const permissions = seats.permissionsOf(principal, device.projectId)
  return {
    address: device.address,
    allowLocalTargets: device.allowLocalTargets,
    hostKey: (await hostKeyOf(device.id)) ?? order.hostKeys[device.id],
    console: {
      jobs,
      place: { console, actor: { id, name, email, address }, permissions },
      seated: (attachment) => seats.follow({ principal, device, attachment }),
    },
    clock,
    signal,
    tell,
    chosen,
    metHost,
    loggedInBy,
  }
}

/** Keys that were pushed to the device before and were not there: where it is known what takes them away, that is told. */
async function goneWords(
  { id }: DeviceRecord,
  { result: { keys }, rewriter }: DeviceOutcome,
  { deviceKeys }: PushesParts,
): Promise<string> {
  const added = keys.filter(({ result }) => result === 'added' || result === 'would-add')
  if (rewriter === undefined || added.length === 0) return ''
  const before = await deviceKeys.pushed(
    id,
    added.map(({ sha256 }) => sha256),
  )
  if (before.length === 0) return ''
  return `${before.length} had been pushed here before. ${rewritesWords(rewriter)}`
}

/** What is known of a device's keys is known of root's: other accounts are told in the push alone. */
async function keep(
  device: DeviceRecord,
  { act, dryRun, account }: PushOrder,
  { result: { keys, found }, seen, hostKeyHeard, rewriter }: DeviceOutcome,
  parts: PushesParts,
): Promise<void> {
  const { id } = device
  const { deviceKeys } = parts
  if (hostKeyHeard !== undefined) await parts.hostKeyHeard(device, hostKeyHeard)
  const standing = keys.filter(({ result }) => ['added', 'widened', 'present'].includes(result))
  if (act === 'add' && !dryRun && standing.length > 0) {
    await deviceKeys.recordPushed(
      id,
      standing.map(({ sha256 }) => sha256),
    )
  }
  if (account !== 'root') return
  const sightings = seen.map(({ line: _, ...sighting }) => sighting)
  if (found === null) await deviceKeys.recordFound(id, sightings)
  else await deviceKeys.recordRead(id, sightings, rewriter)
}
