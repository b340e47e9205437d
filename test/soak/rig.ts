import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryOf } from '../bench/processes.ts'
import { type Person, signInFirst } from '../integration/gateway.ts'
import { firstPassword, type GatewayProcess, startGatewayProcess } from '../integration/gateway-process.ts'

/** A gateway as `scripts/start` runs it, that may be killed and started again on the same data. */
export interface Rig {
  folder: string
  gateway(): GatewayProcess
  /** The admin at the gateway of the moment. */
  admin(): Person
  addDevice(name: string, port: number): Promise<string>
  /** Ends it without warning and starts it again. */
  killAndStart(): Promise<void>
  /** Memory of its process, MB (PSS). */
  memory(): number
  close(): Promise<void>
}

export async function startRig(environment: Record<string, string> = {}, folder?: string): Promise<Rig> {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'lifeline-soak-')))
  const start = () => startGatewayProcess({ LIFELINE_DATA_DIR: join(data, 'data'), ...environment })
  let gateway = await start()
  const first = await signInFirst(gateway.url, 'admin@lifeline.local', firstPassword(gateway))
  const admin = () => first.at(gateway.url)
  const project = await admin().call('POST', '/api/projects', { name: 'soak' })
  return {
    folder: data,
    gateway: () => gateway,
    admin,
    async addDevice(name, port) {
      const transport = { kind: 'tcp', host: '127.0.0.1', port }
      const answer = await admin().call('POST', '/api/devices', {
        projectId: project.body.id,
        name,
        transport,
      })
      if (answer.status !== 200) throw new Error(answer.text)
      return answer.body.id
    },
    async killAndStart() {
      await gateway.kill()
      gateway = await start()
    },
    memory: () => memoryOf(gateway.pid) / 1e6,
    async close() {
      await gateway.stop()
      if (folder === undefined) await rm(data, { recursive: true })
    },
  }
}

/** How long a test goes on that could go on for ever: SOAK_MINUTES, or what the promise says. */
export function minutes(promised = 10): number {
  return Number(process.env.SOAK_MINUTES ?? promised)
}

/** Writes down a result for a person: docs/reliability.md keeps them. */
export function report(what: string, figures: Record<string, number | string>): void {
  const text = Object.entries(figures).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value * 100) / 100 : value}`,
  )
  process.stdout.write(`\n${what}: ${text.join(', ')}\n`)
}

/** Numbers from 0 to 1 that a seed decides (mulberry32), so that a run can be had again. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
