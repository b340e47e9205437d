import { LinkError } from '../../console/transport.ts'
import { notSupported } from '../unsupported.ts'
import type { Answered } from './exchange.ts'
import { field, link, messagesOf, pathOnly, quoted, textsOf } from './said.ts'
import { pathOf, type Session } from './session.ts'

/** A ComputerSystem resource, as it was when it was read. */
export interface System {
  path: string
  body: unknown
  etag: string | undefined
}

const reading = 'read the computer system'
const longestList = 200
/** A service has one system, or one for each node of its chassis. */
const mostSystems = 64

/** The system with this `Id`, or the only one there is. Rejects with LinkError. */
export async function findSystem(session: Session, id: string | undefined): Promise<System> {
  const collection = link(field(session.root, 'Systems'))
  if (collection === undefined) throw notSupported(`${session.name} has no computer systems.`)
  const { body } = await session.get(collection, 'list its computer systems')
  const members = field(body, 'Members')
  const paths = (Array.isArray(members) ? members : []).map(link).filter((path) => path !== undefined)
  const [only, ...others] = paths
  if (only === undefined) throw notSupported(`${session.name} has no computer systems.`)
  if (id === undefined && others.length > 0) throw severalSystems(session.name, paths)
  // The last part of a member's path is its Id on all services seen; where it is not, they are read one by one.
  const likely = paths.toSorted((a, b) => Number(endsWith(b, id)) - Number(endsWith(a, id)))
  for (const path of likely.slice(0, mostSystems)) {
    const system = await readSystem(session, path)
    if (id === undefined || field(system.body, 'Id') === id) return system
  }
  throw new LinkError({ code: 'other', message: `${session.name} has no computer system "${id}".` })
}

async function readSystem(session: Session, path: string): Promise<System> {
  const answer = await session.get(path, reading)
  return { path, body: answer.body, etag: etagOf(answer) }
}

/** Starts a reset of the first of `types` that the system takes. Gives which one that was. */
export async function reset(
  session: Session,
  system: System,
  { types, undone }: { types: readonly string[]; undone: string },
): Promise<string> {
  const action = field(field(system.body, 'Actions'), '#ComputerSystem.Reset')
  const target = pathOnly(field(action, 'target'))
  if (target === undefined) throw notSupported(`${session.name} cannot ${undone}: it offers no reset action.`)
  const allowed = await allowedTypes(session, action)
  const type = allowed.length === 0 ? types[0] : types.find((one) => allowed.includes(one))
  if (type === undefined) {
    throw offersOthers(session, undone, allowed)
  }
  const answer = await session.send('POST', target, { body: { ResetType: type }, undone })
  await followTask(session, answer, undone)
  return type
}

/** Said with the action, or by the ActionInfo it points to (DSP0266 section 7.6.4). */
async function allowedTypes(session: Session, action: unknown): Promise<string[]> {
  const said = textsOf(field(action, 'ResetType@Redfish.AllowableValues'))
  const info = pathOnly(field(action, '@Redfish.ActionInfo'))
  if (said.length > 0 || info === undefined) return said
  const { body } = await session.get(info, 'say which resets it takes')
  const parameters = field(body, 'Parameters')
  const type = (Array.isArray(parameters) ? parameters : []).find((one) => field(one, 'Name') === 'ResetType')
  return textsOf(field(type, 'AllowableValues'))
}

/** Sets what the machine boots from at its next start. */
export async function bootOnce(
  session: Session,
  system: System,
  { target, undone }: { target: string; undone: string },
): Promise<void> {
  const allowed = textsOf(
    field(field(system.body, 'Boot'), 'BootSourceOverrideTarget@Redfish.AllowableValues'),
  )
  if (allowed.length > 0 && !allowed.includes(target)) {
    throw offersOthers(session, undone, allowed)
  }
  const place = await bootSettings(session, system)
  const Boot = { BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: target }
  // DSP0266 section 6.5: who changes a resource says which state of it they saw.
  const headers: Record<string, string> = place.etag === undefined ? {} : { 'if-match': place.etag }
  const answer = await session.send('PATCH', place.path, { body: { Boot }, headers, undone })
  await followTask(session, answer, undone)
}

/** `@Redfish.Settings` names the resource that takes changes for the next start, where `Boot` is one of them. */
async function bootSettings(session: Session, system: System): Promise<System> {
  const path = link(field(field(system.body, '@Redfish.Settings'), 'SettingsObject'))
  if (path === undefined) return system
  const settings = await readSystem(session, path)
  return field(settings.body, 'Boot') === undefined ? system : settings
}

const mostPolls = 60
const pollMs = 1000

/** Waits for the task that a 202 speaks of (DSP0266 section 13.6). The session's signal bounds it. */
async function followTask(session: Session, first: Answered, undone: string): Promise<void> {
  const monitor = pathOf(first.headers.location)
  if (first.status !== 202 || monitor === undefined) return
  for (let poll = 0; poll < mostPolls; poll += 1) {
    const answer = await session.get(monitor, undone)
    if (answer.status !== 202) return demandDone(session, answer, undone)
    await session.pause(retryAfter(answer))
  }
  throw new LinkError({
    code: 'timeout',
    message: `${session.name} took the order to ${undone}, and is still at it.`,
  })
}

function retryAfter({ headers }: Answered): number {
  const seconds = Number(headers['retry-after'])
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= 30 ? seconds * 1000 : pollMs
}

/** A monitor that is not 202 any more answers as the operation would have, or with the Task itself. */
function demandDone(session: Session, { body }: Answered, undone: string): void {
  const state = field(body, 'TaskState')
  if (state === undefined || state === 'Completed') return
  const said = messagesOf(field(body, 'Messages'))
  const why = said === '' ? '' : ` It says: ${said}`
  const message = `${session.name} could not ${undone}: its task ended as ${quoted(String(state), 40)}.${why}`
  throw new LinkError({ code: 'other', message })
}

const offersOthers = ({ name }: Session, undone: string, offered: string[]) =>
  notSupported(`${name} cannot ${undone}. It offers: ${quoted(offered.join(', '), longestList)}.`)

const endsWith = (path: string, id: string | undefined): boolean =>
  id !== undefined && decoded(path.replace(/\/$/, '')).endsWith(`/${id}`)

/** As it stands where it is no percent-encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function etagOf({ headers, body }: Answered): string | undefined {
  const said = headers.etag ?? field(body, '@odata.etag')
  return typeof said === 'string' && /^[\x21-\x7e]{1,200}$/.test(said) ? said : undefined
}

function severalSystems(name: string, paths: string[]): LinkError {
  const ids = quoted(paths.map((path) => decoded(path.replace(/\/$/, '').split('/').at(-1) ?? '')).join(', '))
  return new LinkError({
    code: 'other',
    message: `${name} has several computer systems. Say which one this device is: ${ids}.`,
  })
}
