import type { Audit } from '../audit/audit.ts'
import { type Actor, type Detail, gatewayItself } from '../audit/entry.ts'
import type { Clock, Timer } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import type { Log } from '../base/log.ts'
import type { Consoles } from '../console/consoles.ts'
import { inTransaction, type Store } from '../store/database.ts'
import { hostKeyRepository } from '../store/provisions.ts'
import type { HostKeysTable } from '../store/schema.ts'
import type { VaultPlace } from '../vault/vault.ts'
import { readConsole } from './console-evidence.ts'
import { type HeardKey, heardLine } from './heard-key.ts'
import { type Judged, judge } from './judge.ts'

/** cloud-init prints its keys before it phones home; what is still on its way over a slow line gets so long. */
const lateMs = 60_000
const againMs = 2000

/** A first boot under way: when it began, and where in the console's history; null where there is no console. */
export interface Boot {
  since: number
  from: number | null
}

/** The host keys of devices, as they were heard at first boot. */
export interface Keyring extends Closable {
  of(deviceId: string): Promise<Judged>
  all(): Promise<Map<string, Judged>>
  /** A machine has phoned home, in the caller's transaction: what was known before is of another installation. */
  phoned(within: Store, deviceId: string, keys: HeardKey[]): Promise<void>
  /** Looks for what the console has printed, for a while, and compares. Does not wait for it. */
  listen(place: VaultPlace, boot: Boot): void
  /** Looks once, for a machine that has not phoned home, unless its console has been heard already. */
  lookOnce(place: VaultPlace, boot: Boot): Promise<void>
  /** A line of a `.pub` file was read on the console later on. Another one than before means another installation. */
  heard(place: VaultPlace, line: string): Promise<void>
  forget(place: VaultPlace, by: { actor: Actor; capacity: Detail }): Promise<void>
}

export interface KeyringParts {
  store: Store
  audit: Pick<Audit, 'within'>
  consoles: Pick<Consoles, 'get'>
  clock: Clock
  log: Log
}

export function createKeyring({ store, audit, consoles, clock, log }: KeyringParts): Keyring {
  const listening = new Map<string, Timer>()
  const working = new Set<Promise<unknown>>()

  const rows = (deviceId: string, source: HostKeysTable['source'], keys: HeardKey[]): HostKeysTable[] =>
    keys.map((key) => ({ ...key, deviceId, source, seenAt: clock.now() }))

  /** Keeps what the console said, in the caller's transaction. */
  async function keep(within: Store, place: VaultPlace, printed: HeardKey[]): Promise<Judged> {
    const { deviceId } = place
    const repository = hostKeyRepository(within)
    await repository.replace(deviceId, 'console', rows(deviceId, 'console', printed))
    const verdict = judge(await repository.of(deviceId))
    const detail = { state: verdict.state, keys: verdict.keys.map(({ sha256 }) => sha256).join(' ') }
    const action = verdict.state === 'mismatch' ? 'host-keys.mismatch' : 'host-keys.kept'
    await audit.within(within).record({ ...place, action, by: gatewayItself, detail })
    return verdict
  }

  function warn({ deviceId }: VaultPlace, { state }: Judged): void {
    if (state !== 'mismatch') return
    log.warn({ deviceId }, 'The host keys that a machine printed are not those that it phoned home.')
    consoles
      .get(deviceId)
      ?.raise('host-keys', 'Its host keys on the console are not those that it phoned home.')
  }

  /** Keeps what the console said at a first boot, and tells what comes of it. */
  async function conclude(place: VaultPlace, { since }: Boot, printed: HeardKey[]): Promise<void> {
    const judged = await inTransaction(store, async (within) => {
      // Of an installation before this one.
      await hostKeyRepository(within).removeBefore(place.deviceId, since)
      return keep(within, place, printed)
    })
    warn(place, judged)
  }

  async function look(place: VaultPlace, boot: Boot): Promise<boolean> {
    const { from } = boot
    const printed = from === null ? [] : await readConsole(consoles.get(place.deviceId), from)
    if (printed.length > 0) await conclude(place, boot, printed)
    return printed.length > 0
  }

  function own(work: Promise<unknown>): void {
    const owned = work
      .catch((error: unknown) => log.error({ error: String(error) }, 'Host keys could not be kept.'))
      .finally(() => working.delete(owned))
    working.add(owned)
  }

  function listen(place: VaultPlace, boot: Boot): void {
    const until = clock.monotonic() + (boot.from === null ? 0 : lateMs)
    const again = async (): Promise<void> => {
      listening.delete(place.deviceId)
      if (await look(place, boot)) return
      if (clock.monotonic() < until)
        listening.set(
          place.deviceId,
          clock.after(againMs, () => own(again())),
        )
      else await conclude(place, boot, [])
    }
    listening.get(place.deviceId)?.cancel()
    own(again())
  }

  return {
    of: async (deviceId) => judge(await hostKeyRepository(store).of(deviceId)),

    async all() {
      const heard = Map.groupBy(await hostKeyRepository(store).all(), ({ deviceId }) => deviceId)
      return new Map([...heard].map(([id, of]) => [id, judge(of)]))
    },

    async phoned(within, deviceId, keys) {
      await hostKeyRepository(within).remove(deviceId)
      await hostKeyRepository(within).replace(deviceId, 'phone-home', rows(deviceId, 'phone-home', keys))
    },

    listen,

    async lookOnce(place, boot) {
      const heard = await hostKeyRepository(store).of(place.deviceId)
      if (heard.some(({ source, seenAt }) => source === 'console' && seenAt >= boot.since)) return
      await look(place, boot)
    },

    async heard(place, line) {
      const key = heardLine(line)
      if (key === undefined) return
      const judged = await inTransaction(store, async (within) => {
        const all = await hostKeyRepository(within).of(place.deviceId)
        const before = all.filter(({ source }) => source === 'console')
        if (before.some(({ line }) => line === key.line)) return undefined
        // The same key, of which only the fingerprint was heard: the others are of this installation too.
        const same = before.some(({ sha256 }) => sha256 === key.sha256)
        const others = same ? before.filter(({ sha256 }) => sha256 !== key.sha256) : []
        return keep(within, place, [...others.map(({ type, sha256, line }) => ({ type, sha256, line })), key])
      })
      if (judged !== undefined) warn(place, judged)
    },

    async forget(place, by) {
      listening.get(place.deviceId)?.cancel()
      await inTransaction(store, async (within) => {
        await hostKeyRepository(within).remove(place.deviceId)
        const act = { ...place, action: 'host-keys.forgotten', by: by.actor, detail: by.capacity } as const
        await audit.within(within).record(act)
      })
    },

    async close() {
      await Promise.all(working)
      for (const timer of listening.values()) timer.cancel()
    },
  }
}
