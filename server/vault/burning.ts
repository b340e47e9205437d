import type { Audit } from '../audit/audit.ts'
import { type Act, gatewayItself } from '../audit/entry.ts'
import type { Clock, Timer } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { leftOf, lookAt } from '../base/lifetime.ts'
import type { Log } from '../base/log.ts'
import type { Devices } from '../devices/devices.ts'
import { inTransaction, type Store } from '../store/database.ts'
import { overwriteDeleted } from '../store/forget.ts'
import type { VaultTable } from '../store/schema.ts'
import type { SecretStore } from '../store/sealed.ts'
import { vaultRepository } from '../store/vault.ts'
import { ownerOf } from './entry.ts'

/** How often entries are looked at while there are any: as long as a clock can be set back while the gateway is down unnoticed. */
const lookMs = 60_000
/** How soon it is tried again when another program was reading the database, or the disk was full. */
const againMs = 5000

/** Destroys what has to be destroyed, in time, and sees to it that the files forget it too. */
export interface Burning extends Closable {
  /** Destroys an entry; once the transaction is done, `overwrite` or `soon` must follow. */
  burn(within: Store, row: VaultTable, why: Pick<Act, 'by' | 'detail'>): Promise<void>
  overwrite(): Promise<void>
  /** An entry was replaced, its time is over, or it went with its device: look now. */
  soon(): void
}

export interface BurningParts {
  store: Store
  secrets: SecretStore
  audit: Pick<Audit, 'within'>
  devices: Pick<Devices, 'find'>
  clock: Clock
  log: Log
}

/** Resolves when everything whose time was over is destroyed. */
export async function startBurning({
  store,
  secrets,
  audit,
  devices,
  clock,
  log,
}: BurningParts): Promise<Burning> {
  let closed = false
  let timer: Timer | undefined
  let running: Promise<void> = Promise.resolve()
  /** What was there before the last start may still be in the log. */
  let toOverwrite = true

  async function burn(within: Store, row: VaultTable, why: Pick<Act, 'by' | 'detail'>): Promise<void> {
    const { deviceId } = row
    toOverwrite = true
    await secrets.within(within).removeAll(ownerOf(deviceId))
    await vaultRepository(within).put({ ...row, goneAt: clock.now() })
    const device = devices.find(deviceId)
    const place = { projectId: device?.projectId ?? null, deviceId, target: device?.name ?? null }
    await audit.within(within).record({ ...place, action: 'vault.destroyed', ...why })
  }

  async function overwrite(): Promise<void> {
    if (!toOverwrite) return
    toOverwrite = false
    if (!(await overwriteDeleted(store))) toOverwrite = true
  }

  /** Looks at all entries, destroys those whose time is over, and says when to look again; undefined when there is nothing to wait for. */
  async function look(): Promise<number | undefined> {
    const left = await inTransaction(store, async (within) => {
      const rows = await vaultRepository(within).kept()
      const now = rows.map((row) => ({ ...row, ...lookAt(row, clock) }))
      for (const row of now) {
        if (leftOf(row) > 0) await vaultRepository(within).put(row)
        else await burn(within, row, { by: gatewayItself, detail: { why: 'its time is over' } })
      }
      if (await removeOrphans(within, secrets)) toOverwrite = true
      return now.map(leftOf).filter((ms) => ms > 0)
    })
    await overwrite()
    if (toOverwrite) left.push(againMs)
    return left.length > 0 ? Math.min(lookMs, ...left) : undefined
  }

  async function lookAgain(): Promise<void> {
    timer?.cancel()
    const next = await look().catch((error: unknown) => {
      log.error({ error: String(error) }, 'Root passwords whose time is over could not be destroyed yet.')
      return againMs
    })
    lookIn(next)
  }

  function lookIn(ms: number | undefined): void {
    timer = closed || ms === undefined ? undefined : clock.after(ms, onTime)
  }

  function onTime(): void {
    running = running.then(lookAgain)
  }

  lookIn(await look())
  return {
    burn,
    overwrite,
    soon() {
      toOverwrite = true
      onTime()
    },
    async close() {
      closed = true
      await running
      timer?.cancel()
    },
  }
}

/** What has no entry any more has no time either. Tells whether there was any. */
async function removeOrphans(within: Store, secrets: SecretStore): Promise<boolean> {
  const kept = new Set((await vaultRepository(within).kept()).map(({ deviceId }) => deviceId))
  const sealed = secrets.within(within)
  const orphans = [...(await sealed.namesOfAll('vault')).keys()].filter((id) => !kept.has(id))
  for (const id of orphans) await sealed.removeAll(ownerOf(id))
  return orphans.length > 0
}
