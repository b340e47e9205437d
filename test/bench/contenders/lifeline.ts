import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Person, signInFirst } from '../../integration/gateway.ts'
import { startProcess } from '../../lab/process.ts'
import { scratch } from '../scratch.ts'
import type { Target } from '../target.ts'
import { type Contender, names } from './contender.ts'

const main = join(import.meta.dirname, '../../../server/main.ts')

export interface LifelineOptions {
  name?: string
  /** Whether viewers acknowledge what they have read, as the page does. */
  acks?: boolean
}

/** The gateway as `scripts/start` runs it, on a fresh data folder, recording every console. */
export function lifeline({ name = names.lifeline, acks = true }: LifelineOptions = {}): Contender {
  return {
    name,
    async start(ports) {
      await using parts = new AsyncDisposableStack()
      const folder = await mkdtemp(join(scratch(), 'gateway-'))
      parts.defer(() => rm(folder, { recursive: true }))
      const gateway = await startGateway(folder)
      parts.defer(() => gateway.close())
      const devices = await addDevices(gateway.admin, ports)
      const targets = devices.map((id) => target(gateway.admin, gateway.url, id, acks))
      const started = parts.move()
      return { pid: gateway.pid, targets, [Symbol.asyncDispose]: () => started.disposeAsync() }
    },
  }
}

export interface Gateway {
  pid: number
  url: string
  admin: Person
  close(): Promise<void>
}

/** Starts a gateway on a data folder that has none yet, and signs in. */
export async function startGateway(dataFolder: string): Promise<Gateway> {
  const { pid, said, close } = await spawnGateway(dataFolder)
  const password = /Password\s+(\S+)/.exec(said)?.[1] ?? ''
  const url = /running at (\S+)/.exec(said)?.[1] ?? ''
  const admin = await signInFirst(url, 'admin@lifeline.local', password)
  return { pid, url, admin, close }
}

/** Starts a gateway; resolves when it serves. */
export async function spawnGateway(dataFolder: string) {
  const profile = process.env.BENCH_PROFILE
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const gateway = await startProcess({
    command: process.execPath,
    args: [...profiling, main],
    env: {
      PATH: process.env.PATH,
      LIFELINE_DATA_DIR: dataFolder,
      LIFELINE_LISTEN: '127.0.0.1:0',
      LIFELINE_LOG_LEVEL: 'warn',
    },
  })
  const [said] = await gateway.waitFor(/running at [\s\S]*Stop it/)
  return { pid: gateway.pid, said, close: () => gateway.close() }
}

/** Adds a device for each port; gives their ids. */
export async function addDevices(admin: Person, ports: number[]): Promise<string[]> {
  const project = await admin.call('POST', '/api/projects', { name: 'bench' })
  const ids: string[] = []
  for (const [index, port] of ports.entries()) {
    const transport = { kind: 'tcp', host: '127.0.0.1', port }
    const device = { projectId: project.body.id, name: `device-${index}`, transport }
    const made = await admin.call('POST', '/api/devices', device)
    if (made.status >= 400) throw new Error(`${made.status} ${made.text}`)
    ids.push(made.body.id)
  }
  return ids
}

function target(admin: Person, url: string, deviceId: string, acks: boolean): Target {
  return {
    kind: 'lifeline',
    url: `${url}/api/devices/${deviceId}/console${acks ? '?flow=ack' : ''}`,
    headers: { Cookie: admin.cookie, Origin: url },
    acks,
  }
}
