import { can, demand, type Principal } from '../access/can.ts'
import type { EffectivePage, EffectiveQuery, KeyChoice } from '../contract/keys.ts'
import { limits } from '../contract/limits.ts'
import type { Rewriter } from '../contract/rewriters.ts'
import { inTransaction } from '../store/database.ts'
import { keyChoiceRepository } from '../store/key-choices.ts'
import { type KeySighting, keySightingRepository } from '../store/key-sightings.ts'
import { keySourceRepository } from '../store/key-sources.ts'
import type { StoredKey } from '../store/keys.ts'
import { choose } from './choose.ts'
import { type Claim, claimsOf, type DeviceKnowledge, effectiveKeys } from './effective.ts'
import { pageOfClaims } from './pages.ts'
import type { DeviceKeysParts, KeyDevice } from './parts.ts'
import { lineOf } from './portal-key.ts'

/** A key that belongs on a device now: what a push or a first boot puts there. */
export interface HandedOutKey {
  sha256: string
  label: string
  /** `type base64 comment`, without a line end. */
  line: string
}

/** Which keys belong on a device, which of them are handed out, and what is known to be there. */
export interface DeviceKeys {
  /** One page of who can log in, and why. */
  effective(principal: Principal, device: KeyDevice, query: EffectiveQuery): Promise<EffectivePage>
  /** Owners choose for every key, everybody whether their own are handed out. @throws AppError `forbidden` or `bad-request` */
  choose(principal: Principal, device: KeyDevice, choice: KeyChoice): Promise<void>
  /** All of them, each once, in the order of `effective`. */
  handedOut(device: KeyDevice): Promise<HandedOutKey[]>
  /** Fingerprints of those that let in without restrictions when the device was last read. */
  seen(deviceId: string): Promise<string[]>
  /** Those of the keys that were put on the device before, for whichever account. */
  pushed(deviceId: string, sha256s: readonly string[]): Promise<string[]>
  /** The device was read: this is what was there, each key once, and nothing else; and what is known to write it anew. */
  recordRead(deviceId: string, found: readonly KeySighting[], rewriter?: Rewriter): Promise<void>
  /** These keys were found when only some were looked for. Tells nothing where the device was never read. */
  recordFound(deviceId: string, found: readonly KeySighting[]): Promise<void>
  /** These keys were put on the device. */
  recordPushed(deviceId: string, sha256s: readonly string[]): Promise<void>
}

export function createDeviceKeys(parts: DeviceKeysParts): DeviceKeys {
  const { store, clock } = parts
  const sources = keySourceRepository(store)
  const sightings = keySightingRepository(store)
  return {
    async effective(principal, device, query) {
      const resource = { kind: 'device', projectId: device.projectId } as const
      demand(principal, 'key.view', resource)
      const from = await sources.list(device.projectId)
      const { claims, next } = await pageOfClaims(sources, { projectId: device.projectId, from, query })
      const known = await knowledge(parts, device, claims)
      return {
        keys: effectiveKeys(claims, known),
        next,
        byDefault: known.byDefault,
        readAt: known.readAt,
        rewriter: await sightings.rewriter(device.id),
        strangers:
          query.cursor === undefined
            ? await sightings.strangers(device.id, device.projectId, limits.strangerKeys)
            : [],
        may: { select: can(principal, 'key.select', resource) === 'yes' },
      }
    },

    choose: (principal, device, choice) => choose(parts, principal, { device, choice }),

    async handedOut(device) {
      const from = await sources.list(device.projectId)
      const claims = claimsOf(await sources.keysOf(device.projectId), from)
      const byBlob = new Map(claims.map(({ key }): [string, StoredKey] => [key.sha256, key]).reverse())
      const effective = effectiveKeys(claims, await knowledge(parts, device, claims))
      return effective.flatMap(({ sha256, handedOut }) => {
        const key = byBlob.get(sha256)
        return handedOut && key !== undefined ? [{ sha256, label: key.label, line: lineOf(key) }] : []
      })
    },

    seen: (deviceId) => sightings.standing(deviceId, limits.pushKeys),

    async pushed(deviceId, sha256s) {
      const at = await sightings.pushedAt(deviceId, sha256s)
      return [...at.keys()]
    },

    async recordRead(deviceId, found, rewriter) {
      await inTransaction(store, async (within) => {
        const repository = keySightingRepository(within)
        await repository.replace(deviceId, clock.now(), found)
        if (rewriter !== undefined) await repository.rewritten(deviceId, rewriter)
      })
    },

    async recordFound(deviceId, found) {
      await inTransaction(store, (within) => keySightingRepository(within).amend(deviceId, found))
    },

    async recordPushed(deviceId, sha256s) {
      await inTransaction(store, (within) =>
        keySightingRepository(within).pushed(deviceId, sha256s, clock.now()),
      )
    },
  }
}

async function knowledge(
  { store, clock }: DeviceKeysParts,
  { id }: KeyDevice,
  claims: readonly Claim[],
): Promise<DeviceKnowledge> {
  const choices = keyChoiceRepository(store)
  const sightings = keySightingRepository(store)
  const fingerprints = [...new Set(claims.map(({ key }) => key.sha256))]
  return {
    byDefault: await choices.byDefault(id),
    chosen: await choices.chosen(
      id,
      claims.map(({ key }) => key.id),
    ),
    pushedAt: await sightings.pushedAt(id, fingerprints),
    readAt: await sightings.readAt(id),
    found: await sightings.found(id, fingerprints),
    now: clock.now(),
  }
}
