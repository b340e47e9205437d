import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAudit } from '../../../server/audit/audit.ts'
import { systemClock } from '../../../server/base/clock.ts'
import { createLog } from '../../../server/base/log.ts'
import { keyFilePlace, rotateMasterKey } from '../../../server/rotation.ts'
import { databaseFile, openStore } from '../../../server/store/database.ts'
import { randomKey } from '../../../server/store/key-file.ts'
import { HeldMasterKey } from '../../../server/store/master-key.ts'
import { provenMasterKey } from '../../../server/store/unlock.ts'

// A process that exchanges the master key as the gateway does, and stands still at one moment of it until it is killed.
const [folder = '', moment = ''] = process.argv.slice(2)

const path = join(folder, 'master.key')
const store = await openStore(join(folder, databaseFile))
const masterKey = new HeldMasterKey(await provenMasterKey(store, { kind: 'file', path }))
const audit = createAudit({ store, masterKey, clock: systemClock, log: createLog('error') })
const { prepare, take } = keyFilePlace(path)

async function reached(now: string): Promise<void> {
  if (now !== moment) return
  appendFileSync(1, `${now}\n`)
  await new Promise((resolve) => setTimeout(resolve, 600_000))
}

await rotateMasterKey(
  {
    store,
    masterKey,
    clock: systemClock,
    audit: {
      within: (within) => ({
        async record(act) {
          await audit.within(within).record(act)
          await reached('everything is sealed anew in the transaction')
        },
      }),
    },
  },
  {
    next: randomKey(),
    place: {
      async prepare(key) {
        await reached('nothing is done yet')
        await prepare(key)
        await reached('the new key is beside the old one')
      },
      async take() {
        await reached('the database is sealed anew')
        const kept = await take()
        await reached('the new key is in its place')
        return kept
      },
    },
  },
)
