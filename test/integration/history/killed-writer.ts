import { appendFileSync } from 'node:fs'
import { systemClock } from '../../../server/base/clock.ts'
import { createLog } from '../../../server/base/log.ts'
import { openHistory } from '../../../server/console/history/open-history.ts'
import { Scribe } from '../../../server/console/history/scribe.ts'
import { defaultHistorySettings } from '../../../server/console/settings.ts'
import { bytesAt } from './stream.ts'

// A process that prints until it is killed, and notes on standard output what it has shown to viewers.
const [folder = '', bytesPerTurn = '0', segmentBytes = '0'] = process.argv.slice(2)

const history = await openHistory({
  folder,
  settings: { ...defaultHistorySettings, segmentBytes: Number(segmentBytes) },
  clock: systemClock,
  log: createLog('warn'),
  scribe: new Scribe(systemClock),
  boot: 'this boot',
  changed: () => undefined,
  published: () => undefined,
  wrote: () => undefined,
})
const begin = history.end
let end = begin
appendFileSync(1, `begin ${begin}\n`)
for (;;) {
  for (let size = Number(bytesPerTurn); size > 0; size -= 1500) {
    const length = Math.min(size, 1500)
    history.append(bytesAt(end, length))
    end += length
  }
  // Synchronously, so that it is said before anything else can happen: this is what a viewer may have seen.
  appendFileSync(1, `shown ${history.end}\n`)
  await new Promise((resolve) => setImmediate(resolve))
}
