import { conserver } from '../contenders/conserver.ts'
import { type Contender, names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import { barePipe } from '../contenders/pipe.ts'
import type { FarEnd } from '../far-end.ts'
import { quantile } from '../results.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import type { InTurns } from './scenario.ts'

/** Of each turn, behind some that do not count. */
const keys = 200
const warmUp = 50
/** The floods come last: what they leave to be written to the disk is no part of an idle machine. */
const idleTurns = 5
const floodedTurns = 5
const everyMs = 2
const withinMs = 60_000

const median = 'echo, median (ms)'
const p99 = 'echo, p99 (ms)'
const floodedMedian = 'echo while another console floods, median (ms)'
const floodedP99 = 'echo while another console floods, p99 (ms)'

/** A key typed on one console until its echo: with nothing else to do, and while another console of the same program floods a viewer. */
export const echo: InTurns = {
  name: 'echo',
  contenders: [lifeline(), barePipe, conserver],
  goals: [
    { measure: median, contender: names.lifeline, versus: names.pipe, atMost: 1.5 },
    { measure: floodedP99, contender: names.lifeline, versus: names.conserver, atMost: 2 },
  ],
  turns: idleTurns + floodedTurns,
  open(shared) {
    // The devices, and the viewers, are in processes of their own, so that nothing but the contender can make the echo wait.
    const echoing = shared.use(startWorker<FarEnd>('far-end.ts'))
    const flooding = shared.use(startWorker<FarEnd>('far-end.ts'))
    const typist = shared.use(startWorker<Viewers>('viewers.ts'))
    const reader = shared.use(startWorker<Viewers>('viewers.ts'))
    return async (contender, parts) => {
      const echoPort = await echoing.call('listen', { echo: true })
      const port = await flooding.call('listen', { echo: false })
      const running = parts.use(await contender.start([echoPort, port]))
      const [target, floodTarget] = targetsOf(contender, running.targets)
      const id = await reader.call('attach', { target: floodTarget })
      parts.defer(() => reader.call('leave', { id }))
      await flooding.call('connected', { port, count: 1 })
      const type = () => typist.call('echoes', { target, warmUp, count: keys, everyMs })
      const idle: number[] = []
      const flooded: number[] = []
      return {
        async turn(number) {
          if (number < idleTurns) {
            idle.push(...(await type()))
            return
          }
          await flooding.call('flood', { port, bytes: Number.MAX_SAFE_INTEGER })
          let position = 0
          try {
            flooded.push(...(await type()))
          } finally {
            position = await flooding.call('stop', { port })
          }
          await reader.call('reached', { id, position, withinMs })
          const { lost } = await reader.call('seenBy', { id })
          if (lost > 0) throw new Error(`${lost} bytes of the flood were lost.`)
        },
        result: () => ({
          [median]: quantile(idle, 0.5),
          [p99]: quantile(idle, 0.99),
          [floodedMedian]: quantile(flooded, 0.5),
          [floodedP99]: quantile(flooded, 0.99),
        }),
      }
    }
  },
}

function targetsOf<T>({ name }: Contender, targets: T[]): [T, T] {
  const [first, second] = targets
  if (first === undefined || second === undefined) throw new Error(`${name} has too few consoles.`)
  return [first, second]
}
