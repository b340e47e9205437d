import { conserver } from '../contenders/conserver.ts'
import { names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import { barePipe } from '../contenders/pipe.ts'
import type { FarEnd } from '../far-end.ts'
import { cpuOf } from '../processes.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import type { Scenario } from './scenario.ts'

const MB = 1_000_000
/** Lets every program compile what is hot. */
const warmUpBytes = 64 * MB
const floodBytes = 200 * MB
const withinMs = 120_000

const measure = 'throughput (MB/s)'
/** Hardly depends on what else the machine has to do meanwhile. */
const cpu = 'throughput, CPU (ms/MB)'
const withoutAcks = `${names.lifeline}, no acks`

/** One console that prints as fast as it can, one viewer that checks every byte. */
export const throughput: Scenario = {
  name: 'throughput',
  contenders: [lifeline(), lifeline({ name: withoutAcks, acks: false }), barePipe, conserver],
  goals: [
    { measure, contender: names.lifeline, versus: names.pipe, atLeast: 0.5 },
    { measure, contender: names.lifeline, versus: names.conserver, atLeast: 1 },
    { measure, contender: withoutAcks, versus: names.pipe, atLeast: 0.5 },
  ],
  async measure(contender) {
    await using farEnd = startWorker<FarEnd>('far-end.ts')
    const port = await farEnd.call('listen', { echo: false })
    await using running = await contender.start([port])
    const [target] = running.targets
    if (target === undefined) throw new Error(`${contender.name} has no console.`)
    await using viewers = startWorker<Viewers>('viewers.ts')
    const id = await viewers.call('attach', { target })
    await farEnd.call('connected', { port, count: 1 })
    const flood = async (bytes: number, position: number): Promise<number> => {
      const { startedAt } = await farEnd.call('flood', { port, bytes })
      return (await viewers.call('reached', { id, position, withinMs })) - startedAt
    }
    await flood(warmUpBytes, warmUpBytes)
    const cpuBefore = cpuOf(running.pid)
    const tookMs = await flood(floodBytes, warmUpBytes + floodBytes)
    const cpuMs = (cpuOf(running.pid) - cpuBefore) * 1000
    const [seen] = await viewers.call('seen', undefined)
    if (seen?.received !== warmUpBytes + floodBytes)
      throw new Error(`${contender.name} lost ${seen?.lost} bytes.`)
    return { [measure]: floodBytes / MB / (tookMs / 1000), [cpu]: cpuMs / (floodBytes / MB) }
  },
}
