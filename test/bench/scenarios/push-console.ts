import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDesk } from '../../integration/operator/console-desk.ts'
import { fileOf, linesOf, password, push, threeKeys } from '../../integration/operator/console-push.ts'
import { names } from '../contenders/contender.ts'
import { unconnected } from '../contenders/unconnected.ts'
import { monotonicMs } from '../monotonic.ts'
import { scratch } from '../scratch.ts'
import type { OneByOne } from './scenario.ts'

const lines = [
  { baud: 115_200, atMost: 4 },
  { baud: 9600, atMost: 12 },
]
const time = (baud: number): string =>
  `three keys put on a device over its console, from login prompt to login prompt, at ${baud} baud (s)`
const typed = 'bytes typed for it'

/** The operator and the injector in this process, before agetty, login and bash on the same machine. */
export const pushConsole: OneByOne = {
  name: 'push-console',
  contenders: [unconnected(names.lifeline)],
  goals: [
    ...lines.map(({ baud, atMost }) => ({ measure: time(baud), contender: names.lifeline, atMost })),
    { measure: typed, contender: names.lifeline, atMost: 6144 },
  ],
  async measure() {
    const keys = await threeKeys(await mkdtemp(join(scratch(), 'push-')))
    const values: Record<string, number> = {}
    for (const { baud } of lines) {
      const desk = await openDesk({ password, line: { bytesPerSecond: baud / 10 } })
      try {
        await desk.sees(/login: $/)
        const begun = monotonicMs()
        const outcome = await push(desk, keys)
        values[time(baud)] = (monotonicMs() - begun) / 1000
        values[typed] = Math.max(values[typed] ?? 0, outcome.typed)
        if (outcome.left !== 'login-prompt') throw new Error(outcome.message)
        if ((await readFile(fileOf(desk), 'utf8')) !== linesOf(keys)) throw new Error('Other keys are there.')
      } finally {
        await desk.close()
      }
    }
    return values
  },
}
