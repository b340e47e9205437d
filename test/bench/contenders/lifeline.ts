import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../../../server/base/ids.ts'
import { databaseFile, inTransaction, openStore } from '../../../server/store/database.ts'
import { deviceRepository } from '../../../server/store/devices.ts'
import { startArenas, startFlags, startProgram } from '../../as-started.ts'
import { type Answer, type Person, signInFirst } from '../../integration/gateway.ts'
import { startProcess } from '../../lab/process.ts'
import { connectTools, heldBy } from '../devtools.ts'
import { scratch } from '../scratch.ts'
import type { Target } from '../target.ts'
import { type Contender, type Device, names, portOf, type Running } from './contender.ts'

export interface LifelineOptions {
  name?: string
  /** Whether viewers acknowledge what they have read, as the page does. */
  acks?: boolean
  /** Who looks on: each of them may attach to a console 16 times (limits.viewersPerUser). Targets are listed person by person. */
  people?: number
  /** What else is put into the data folder between telling it of the consoles and its start. */
  seed?: (dataFolder: string) => Promise<void>
  /** The most that one console's history takes, bytes, where it is not to be as usual. */
  historyBytes?: number
  /** It is to say what its objects take. */
  inspected?: boolean
}

/** The gateway as `scripts/start` runs it, on a fresh data folder, recording every console. */
export function lifeline({
  name = names.lifeline,
  acks = true,
  people = 1,
  seed,
  historyBytes,
  inspected = false,
}: LifelineOptions = {}): Contender {
  const settings: Record<string, string> =
    historyBytes === undefined ? {} : { LIFELINE_HISTORY_MAX_BYTES: String(historyBytes) }
  return {
    name,
    async start(devices) {
      await using parts = new AsyncDisposableStack()
      const folder = await mkdtemp(join(scratch(), 'gateway-'))
      parts.defer(() => rm(folder, { recursive: true }))
      const gateway = await startGateway(folder, settings, inspected)
      parts.defer(() => gateway.close())
      const { projectId, deviceIds } = await addDevices(gateway.admin, devices)
      const viewing = [gateway.admin, ...(await addPeople(gateway, projectId, people - 1))]
      const targets = viewing.flatMap((person) =>
        deviceIds.map((id) => target(person, gateway.url, id, acks)),
      )
      const started = parts.move()
      return {
        pid: gateway.pid,
        targets,
        held: gateway.held,
        [Symbol.asyncDispose]: () => started.disposeAsync(),
      }
    },
    async prepare(devices) {
      const folder = await mkdtemp(join(scratch(), 'gateway-'))
      const { admin, close } = await startGateway(folder, settings)
      const first = await addDevices(admin, devices.slice(0, 1))
      await close()
      const deviceIds = [...first.deviceIds, ...(await addAlike(folder, devices.slice(1)))]
      await seed?.(folder)
      return {
        async start() {
          const gateway = await spawnGateway(folder, settings)
          const url = urlIn(gateway.said)
          // The session outlives the gateway.
          const targets = deviceIds.map((id) => target(admin, url, id, acks))
          return { pid: gateway.pid, targets, [Symbol.asyncDispose]: gateway.close }
        },
        [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
      }
    },
  }
}

interface Gateway {
  pid: number
  url: string
  admin: Person
  held: Running['held']
  close(): Promise<void>
}

/** The first start on a data folder, signed in. */
async function startGateway(
  dataFolder: string,
  settings: Record<string, string>,
  inspected = false,
): Promise<Gateway> {
  const { pid, said, close } = await spawnGateway(dataFolder, settings, inspected)
  const password = /Password\s+(\S+)/.exec(said)?.[1] ?? ''
  const url = urlIn(said)
  const admin = await signInFirst(url, 'admin@lifeline.local', password)
  const [, endpoint] = /Debugger listening on (ws:\S+)/.exec(said) ?? []
  if (endpoint === undefined) return { pid, url, admin, held: undefined, close }
  const tools = await connectTools(endpoint)
  const closeAll = () => {
    tools[Symbol.dispose]()
    return close()
  }
  return { pid, url, admin, held: () => heldBy(tools), close: closeAll }
}

const urlIn = (said: string): string => /running at (\S+)/.exec(said)?.[1] ?? ''

/** Starts a gateway; resolves when it serves. */
async function spawnGateway(dataFolder: string, settings: Record<string, string>, inspected = false) {
  const profile = process.env.BENCH_PROFILE
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const gateway = await startProcess({
    command: process.execPath,
    args: [...startFlags(), ...profiling, ...(inspected ? ['--inspect=127.0.0.1:0'] : []), startProgram()],
    env: {
      PATH: process.env.PATH,
      MALLOC_ARENA_MAX: startArenas(),
      // As scripts/start keeps it, filled by the gateway that `prepare` starts, and left by none.
      NODE_COMPILE_CACHE: join(scratch(), 'compiled'),
      LIFELINE_DATA_DIR: dataFolder,
      LIFELINE_LISTEN: '127.0.0.1:0',
      LIFELINE_LOG_LEVEL: 'warn',
      ...settings,
    },
  })
  await gateway.waitFor(/running at [\s\S]*Stop it/)
  return { pid: gateway.pid, said: gateway.output(), close: () => gateway.close() }
}

/** Adds devices, in a project of their own. */
async function addDevices(admin: Person, devices: Device[]) {
  const project = await must(admin.call('POST', '/api/projects', { name: 'bench' }))
  const deviceIds: string[] = []
  for (const [index, at] of devices.entries()) {
    const transport =
      typeof at === 'number' ? { kind: 'tcp', host: '127.0.0.1', port: at } : { kind: 'command', ...at }
    const device = { projectId: project.body.id, name: `device-${index}`, transport }
    deviceIds.push((await must(admin.call('POST', '/api/devices', device))).body.id)
  }
  return { projectId: project.body.id, deviceIds }
}

/** Adds TCP devices like the first one to the database of a gateway that does not run: calls for thousands take minutes. */
async function addAlike(dataFolder: string, devices: Device[]): Promise<string[]> {
  const store = await openStore(join(dataFolder, databaseFile))
  try {
    const [first] = await deviceRepository(store).list()
    if (first?.transport.kind !== 'tcp') return []
    const added = devices.map((device, index) => ({
      ...first,
      id: newId('dev'),
      name: `device-${index + 1}`,
      transport: { ...first.transport, port: portOf(device) },
    }))
    await inTransaction(store, async (within) => {
      for (const device of added) await deviceRepository(within).add(device)
    })
    return added.map(({ id }) => id)
  } finally {
    await store.destroy()
  }
}

async function addPeople({ admin, url }: Gateway, projectId: string, count: number): Promise<Person[]> {
  const people: Person[] = []
  for (let index = 0; index < count; index += 1) {
    const email = `person-${index}@example.org`
    const made = await must(admin.call('POST', '/api/users', { email, name: `Person ${index}` }))
    await must(admin.call('PUT', `/api/projects/${projectId}/members`, { email, role: 'watcher' }))
    people.push(await signInFirst(url, email, made.body.password))
  }
  return people
}

async function must(asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked
  if (answer.status >= 400) throw new Error(`The gateway answered ${answer.status}: ${answer.text}`)
  return answer
}

function target(person: Person, url: string, deviceId: string, acks: boolean): Target {
  return {
    kind: 'lifeline',
    url: `${url}/api/devices/${deviceId}/console?screen=1${acks ? '&flow=ack' : ''}`,
    headers: { Cookie: person.cookie, Origin: url },
    acks,
  }
}
