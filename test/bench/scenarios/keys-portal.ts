import { names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import { addManyKeys } from '../many-keys.ts'
import { monotonicMs } from '../monotonic.ts'
import { quantile } from '../results.ts'
import { startPrepared } from './idle-consoles.ts'
import type { OneByOne } from './scenario.ts'

const empty = 'Lifeline, empty'
/** The port of discard: nothing answers there, and nothing has to. */
const nobody = 9
const warmUp = 50
const requests = 200

const own = "a page of one's own keys, median (ms)"
const project = "a page of a project's keys, median (ms)"
const first = 'first page of who can log in, median (ms)'
const later = 'a later page of who can log in, median (ms)'
const measures = [own, project, first, later]

/** The keys page and the table of who can log in, with 10,000 keys and 1,000 devices and with none. */
export const keysPortal: OneByOne = {
  name: 'keys-portal',
  contenders: [lifeline({ seed: addManyKeys }), lifeline({ name: empty })],
  goals: measures.flatMap((measure) => [
    { measure, contender: names.lifeline, atMost: 100 },
    { measure, contender: names.lifeline, versus: empty, atMost: 5 },
  ]),
  async measure(contender) {
    await using prepared = await startPrepared(contender, [nobody])
    await using running = await prepared.start()
    const [target] = running.targets
    if (target?.kind !== 'lifeline') throw new Error('This is measured with Lifeline only.')
    const ask = asker(target.url, target.headers)
    const deviceId = /devices\/([^/]+)/.exec(target.url)?.[1]
    const { projectId } = await ask(`/api/devices/${deviceId}`)
    const table = `/api/devices/${deviceId}/keys`
    const { next } = await ask(table)
    const further = next === null ? table : `${table}?cursor=${(await ask(`${table}?cursor=${next}`)).next}`
    return {
      [own]: await median(() => ask('/api/keys')),
      [project]: await median(() => ask(`/api/projects/${projectId}/keys`)),
      [first]: await median(() => ask(table)),
      [later]: await median(() => ask(further)),
    }
  },
}

function asker(url: string, headers: Record<string, string>) {
  return async (path: string) => {
    const answer = await fetch(new URL(path, url), { headers })
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}.`)
    return answer.json()
  }
}

/** Milliseconds that one request takes, one after another, on a connection that stays open. */
async function median(request: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < warmUp + requests; index += 1) {
    const startedAt = monotonicMs()
    await request()
    if (index >= warmUp) times.push(monotonicMs() - startedAt)
  }
  return quantile(times, 0.5)
}
