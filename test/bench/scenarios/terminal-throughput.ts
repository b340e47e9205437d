import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Contender, type Device, names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import { barePipe } from '../contenders/pipe.ts'
import { cpuOf } from '../processes.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import type { Scenario } from './scenario.ts'

const MB = 1_000_000
const floodBytes = 200 * MB
/** Behind one that lets every program compile what is hot: one alone is as fast or slow as the machine is in those two seconds. */
const floods = 5
const withinMs = 60_000
const startMs = 1000

/** Not every contender's terminals pass bytes as they are. */
const rawly = 'stty raw -echo; exec "$0" "$@"'

const measure = 'throughput through a pty (MB/s)'
/** That of the program in its terminal included. */
const cpu = 'throughput through a pty, CPU (ms/MB)'

/** What a program prints in a terminal of the contender's own, to one viewer that checks every byte. */
export const terminalThroughput: Scenario = {
  name: 'pty',
  contenders: [lifeline(), barePipe],
  goals: [{ measure, contender: names.lifeline, versus: names.pipe, atLeast: 0.9 }],
  async measure(contender: Contender) {
    const program = join(import.meta.dirname, '..', 'flood-program.ts')
    const device: Device = { argv: ['/bin/sh', '-c', rawly, process.execPath, program, String(floodBytes)] }
    await using running = await contender.start([device])
    const [target] = running.targets
    if (target === undefined) throw new Error(`${contender.name} has no console.`)
    await using viewers = startWorker<Viewers>('viewers.ts')
    const id = await viewers.call('attach', { target })
    // What is typed before the program has set its terminal up is echoed by the terminal.
    await delay(startMs)
    const flood = async (round: number): Promise<number> => {
      const typedAt = await viewers.call('type', { id, key: 'g' })
      return (await viewers.call('reached', { id, position: round * floodBytes, withinMs })) - typedAt
    }
    await flood(1)
    const cpuBefore = cpuOf(running.pid)
    let tookMs = 0
    for (let round = 2; round <= 1 + floods; round += 1) tookMs += await flood(round)
    const cpuMs = (cpuOf(running.pid) - cpuBefore) * 1000
    const [seen] = await viewers.call('seen', undefined)
    if (seen?.received !== (1 + floods) * floodBytes)
      throw new Error(`${contender.name} lost ${seen?.lost} bytes.`)
    const megabytes = (floods * floodBytes) / MB
    return { [measure]: megabytes / (tookMs / 1000), [cpu]: cpuMs / megabytes }
  },
}
