import { type Device, names } from '../contenders/contender.ts'
import { lifeline } from '../contenders/lifeline.ts'
import type { Viewers } from '../viewers.ts'
import { startWorker } from '../workers.ts'
import type { OneByOne } from './scenario.ts'

/** Floods until Ctrl-C, and is then a device that says nothing. */
const device: Device = {
  argv: ['/bin/sh', '-c', 'stty sane -echo; trap : INT; yes "$(seq -s " " 30)"; exec sleep 600'],
}
const bytesPerSecond = 10_000_000
const afterMs = 4000

const measure = 'Ctrl-C in a flood, quiet for a viewer that reads 10 MB/s (ms)'

/** A viewer that reads more slowly than the device prints types Ctrl-C after some seconds. */
export const interrupt: OneByOne = {
  name: 'interrupt',
  contenders: [lifeline()],
  goals: [{ measure, contender: names.lifeline, atMost: 300 }],
  async measure(contender) {
    await using running = await contender.start([device])
    const [target] = running.targets
    if (target === undefined) throw new Error(`${contender.name} has no console.`)
    await using viewers = startWorker<Viewers>('viewers.ts')
    return { [measure]: await viewers.call('interrupt', { target, bytesPerSecond, afterMs }) }
  },
}
