import { conserver } from '../contenders/conserver.ts'
import { type Contender, names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import { barePipe } from '../contenders/pipe.ts'
import type { FarEnd } from '../far-end.ts'
import { quantile } from '../results.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import type { Scenario } from './scenario.ts'

const keys = 500
const everyMs = 2
/** Typed before the keys that count. */
const warmUpKeys = 100

const median = 'echo, median (ms)'
const p99 = 'echo, p99 (ms)'
const floodedMedian = 'echo while another console floods, median (ms)'
const floodedP99 = 'echo while another console floods, p99 (ms)'

/** A key typed on one console until its echo: with nothing else to do, and while another console of the same program floods a viewer. */
export const echo: Scenario = {
  name: 'echo',
  contenders: [lifeline(), barePipe, conserver],
  goals: [
    { measure: median, contender: names.lifeline, versus: names.pipe, atMost: 1.5 },
    { measure: floodedP99, contender: names.lifeline, versus: names.conserver, atMost: 2 },
  ],
  async measure(contender) {
    // The devices, and the viewers, are in processes of their own, so that nothing but the contender can make the echo wait.
    await using echoing = startWorker<FarEnd>('far-end.ts')
    await using flooding = startWorker<FarEnd>('far-end.ts')
    const echoPort = await echoing.call('listen', { echo: true })
    const floodPort = await flooding.call('listen', { echo: false })
    await using running = await contender.start([echoPort, floodPort])
    const [target, floodTarget] = targetsOf(contender, running.targets)
    await using typist = startWorker<Viewers>('viewers.ts')
    await using reader = startWorker<Viewers>('viewers.ts')
    const type = (count: number) => typist.call('echoes', { target, count, everyMs })

    await type(warmUpKeys)
    const idle = await type(keys)
    await reader.call('attach', { target: floodTarget })
    await flooding.call('connected', { port: floodPort, count: 1 })
    await flooding.call('flood', { port: floodPort, bytes: Number.MAX_SAFE_INTEGER })
    await type(warmUpKeys)
    const flooded = await type(keys)
    await flooding.call('stop', { port: floodPort })
    const [seen] = await reader.call('seen', undefined)
    if (!(seen !== undefined && seen.received > 0)) throw new Error('The flood has not reached its viewer.')
    return {
      [median]: quantile(idle, 0.5),
      [p99]: quantile(idle, 0.99),
      [floodedMedian]: quantile(flooded, 0.5),
      [floodedP99]: quantile(flooded, 0.99),
    }
  },
}

function targetsOf<T>({ name }: Contender, targets: T[]): [T, T] {
  const [first, second] = targets
  if (first === undefined || second === undefined) throw new Error(`${name} has too few consoles.`)
  return [first, second]
}
