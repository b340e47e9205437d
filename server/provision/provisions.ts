import type { Audit } from '../audit/audit.ts'
import { type Act, type Actor, type Detail, gatewayItself } from '../audit/entry.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError, notFound } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { leftOf, lookAt, newLifetime } from '../base/lifetime.ts'
import type { Log } from '../base/log.ts'
import type { Consoles } from '../console/consoles.ts'
import type { MarkInput } from '../contract/provision.ts'
import type { Devices } from '../devices/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { inTransaction, type Store } from '../store/database.ts'
import type { SealingKey } from '../store/master-key.ts'
import { provisionRepository } from '../store/provisions.ts'
import type { ProvisionsTable } from '../store/schema.ts'
import { generateRootPassword } from '../vault/generate.ts'
import { sha512Crypt } from '../vault/sha512-crypt.ts'
import type { Vault, VaultPlace } from '../vault/vault.ts'
import { type DocumentName, documents } from './documents.ts'
import type { Boot, Keyring } from './keyring.ts'
import { readPhoneCall } from './phone-call.ts'
import { claimedId, createTokens } from './token.ts'
import { Visits } from './visits.ts'

/** On whose behalf. Whether they may is decided before (access/can.ts). */
export interface Provisioner {
  actor: Actor
  capacity: Detail
}

/** A machine that asks: with which token, and from where. */
export interface Visit {
  token: string
  address: string
  /** Under which origin it reaches the gateway, for what it is told to ask next. */
  origin: string
}

export interface Provisions extends Closable {
  /** The one under way, or the last one. */
  lastOf(deviceId: string): Promise<ProvisionsTable | undefined>
  /** Whatever was under way is revoked. `token` is told this once. */
  mark(
    device: DeviceRecord,
    input: MarkInput,
    by: Provisioner,
  ): Promise<{ row: ProvisionsTable; token: string }>
  revoke(device: DeviceRecord, by: Provisioner): Promise<void>
  /** @throws AppError `not-found` for what is no address of ours, `provision-ended` for one that is dead, `try-later`. */
  serve(visit: Visit, name: DocumentName): Promise<string>
  /** The machine is provisioned: from then on its address is dead. @throws as `serve`. */
  phoneHome(visit: Visit, fields: Readonly<Record<string, unknown>>): Promise<void>
}

export interface ProvisionsParts {
  store: Store
  masterKey: SealingKey
  audit: Pick<Audit, 'within'>
  devices: Pick<Devices, 'find'>
  /** Keys that belong on a device. */
  keys: {
    handedOut(device: DeviceRecord): Promise<readonly { sha256: string; line: string }[]>
    recordPushed(deviceId: string, sha256s: readonly string[]): Promise<void>
  }
  consoles: Pick<Consoles, 'get'>
  vault: Pick<Vault, 'keepWithin' | 'settle' | 'look'>
  keyring: Keyring
  clock: Clock
  log: Log
  /** How long an address is good when nothing else is said. */
  hours: number
}

const hour = 3_600_000
/** How often it is looked whether an address has run out, and what consoles of machines say that never phone home. */
const lookMs = 60_000
/** A first boot takes minutes. What a console prints later may be anybody's word. */
const firstBootMs = 30 * 60_000

export function createProvisions(parts: ProvisionsParts): Provisions {
  const { store, devices, keys, consoles, vault, keyring, clock, log } = parts
  const tokens = createTokens(parts.masterKey)
  const visits = new Visits(clock)
  const record = recorder(parts)

  /** What a good token opens now. */
  async function open({ token, address }: Visit): Promise<Open> {
    const id = claimedId(token)
    const row = id === undefined ? undefined : await provisionRepository(store).find(id)
    const device = row && devices.find(row.deviceId)
    if (row === undefined || device === undefined || !tokens.isOf(token, row)) {
      visits.countWrong(address)
      throw notFound()
    }
    if (row.endedAt !== null || leftOf(lookAt(row, clock)) === 0) throw ended()
    visits.count(row.id)
    return { row, device }
  }

  async function end(within: Store, row: ProvisionsTable, outcome: Outcome): Promise<void> {
    await provisionRepository(within).save({ ...row, passwordHash: null, endedAt: clock.now(), outcome })
  }

  /** As it is within the transaction, when it is still good: what was read before may have changed meanwhile. */
  async function current(within: Store, { id }: ProvisionsTable): Promise<ProvisionsTable> {
    const row = await provisionRepository(within).find(id)
    if (row === undefined || row.endedAt !== null) throw ended()
    return row
  }

  /** Notes the first visit, and makes the password when it is first told. */
  async function visited(found: Open, visit: Visit, name: DocumentName): Promise<ProvisionsTable> {
    const password =
      found.row.passwordHash === null && documents[name].tellsPassword ? generateRootPassword() : undefined
    const made = password && { password, hash: sha512Crypt(password) }
    const row = await inTransaction(store, async (within) => {
      const before = await current(within, found.row)
      const first = before.fetchedAt === null
      const after = {
        ...before,
        fetchedAt: before.fetchedAt ?? clock.now(),
        fetchedFrom: before.fetchedFrom ?? visit.address,
        consoleFrom: first ? (consoles.get(before.deviceId)?.summary().end ?? null) : before.consoleFrom,
        passwordHash: before.passwordHash ?? made?.hash ?? null,
      }
      if (made !== undefined && before.passwordHash === null) {
        const given = { password: made.password, source: 'provision', by: { actor: gatewayItself } } as const
        await vault.keepWithin(within, placeOf(found.device), given)
      }
      await provisionRepository(within).save(after)
      if (visits.isNew(before.id, visit.address))
        await record(within, 'provision.fetched', found.device, machine(visit), {
          document: name,
          again: !first,
        })
      return after
    })
    if (made !== undefined) vault.settle()
    return row
  }

  /** A machine must not get a password that nobody can find out any more. */
  async function demandRevealable({ row, device }: Open): Promise<void> {
    const { state, source } = await vault.look(device.id)
    if (state === 'kept' && source === 'provision') return
    await inTransaction(store, async (within) => {
      await end(within, await current(within, row), 'expired')
      await record(within, 'provision.expired', device, gatewayItself, {
        why: 'its root password is destroyed',
      })
    })
    throw ended()
  }

  async function look(): Promise<void> {
    for (const row of await provisionRepository(store).underWay()) {
      const device = devices.find(row.deviceId)
      if (device === undefined) continue
      await inTransaction(store, async (within) => {
        const before = await provisionRepository(within).find(row.id)
        if (before === undefined || before.endedAt !== null) return
        const now = { ...before, ...lookAt(before, clock) }
        if (leftOf(now) > 0) return provisionRepository(within).save(now)
        await end(within, now, 'expired')
        await record(within, 'provision.expired', device, gatewayItself, {})
      })
      // Of a machine that cannot phone home the console alone can tell.
      if (row.fetchedAt !== null && clock.now() - row.fetchedAt < firstBootMs)
        await keyring.lookOnce(placeOf(device), bootOf(row))
    }
  }

  let working: Promise<void> = Promise.resolve()
  const lookSoon = (): void => {
    working = working.then(look).catch((error: unknown) => {
      log.error({ error: String(error) }, 'The provisionings under way could not be looked at.')
    })
  }
  lookSoon()
  const looking = clock.every(lookMs, lookSoon)

  return {
    lastOf: (deviceId) => provisionRepository(store).lastOf(deviceId),

    async mark(device, input, by) {
      const lifeMs = (input.hours ?? parts.hours) * hour
      const row: ProvisionsTable = {
        ...blank,
        ...newLifetime(lifeMs, clock),
        id: newId('prv'),
        deviceId: device.id,
        hostname: device.name,
        createdAt: clock.now(),
        createdBy: by.actor.name,
        networkConfig: input.networkConfig ?? null,
      }
      await inTransaction(store, async (within) => {
        await revokeWithin(within, device, by, { why: 'marked again' })
        await provisionRepository(within).add(row)
        await record(within, 'provision.marked', device, by.actor, { ...by.capacity, hours: lifeMs / hour })
      })
      return { row, token: tokens.tokenOf(row) }
    },

    revoke: (device, by) => inTransaction(store, (within) => revokeWithin(within, device, by, {})),

    async serve(visit, name) {
      const found = await open(visit)
      if (documents[name].tellsPassword && found.row.passwordHash !== null) await demandRevealable(found)
      const handedOut = await keys.handedOut(found.device)
      const { id, hostname, passwordHash, networkConfig } = await visited(found, visit, name)
      return documents[name].text({
        instanceId: id,
        deviceId: found.device.id,
        hostname,
        keys: handedOut.map(({ line }) => line),
        passwordHash: passwordHash ?? '',
        address: `${visit.origin}/provision/${visit.token}/`,
        networkConfig,
      })
    },

    async phoneHome(visit, fields) {
      const { row, device } = await open(visit)
      const call = readPhoneCall(fields)
      const boot = await inTransaction(store, async (within) => {
        const before = await current(within, row)
        await end(within, before, 'provisioned')
        await keyring.phoned(within, device.id, call.keys)
        const { hostname, instanceId } = call
        const detail = { hostname, expected: instanceId === row.id, hostKeys: call.keys.length }
        await record(within, 'provision.finished', device, machine(visit), detail)
        return bootOf(before)
      })
      keyring.listen(placeOf(device), boot)
      const handedOut = await keys.handedOut(device)
      await keys.recordPushed(
        device.id,
        handedOut.map(({ sha256 }) => sha256),
      )
    },

    async close() {
      looking.cancel()
      await working
    },
  }

  async function revokeWithin(
    within: Store,
    device: DeviceRecord,
    by: Provisioner,
    detail: Detail,
  ): Promise<void> {
    const row = await provisionRepository(within).lastOf(device.id)
    if (row === undefined || row.endedAt !== null) return
    await end(within, row, 'revoked')
    await record(within, 'provision.revoked', device, by.actor, { ...by.capacity, ...detail })
  }
}

interface Open {
  row: ProvisionsTable
  device: DeviceRecord
}

type Outcome = ProvisionsTable['outcome']

const blank = {
  passwordHash: null,
  fetchedAt: null,
  fetchedFrom: null,
  consoleFrom: null,
  endedAt: null,
  outcome: null,
}

function recorder({ audit }: ProvisionsParts) {
  return (
    within: Store,
    action: Act['action'],
    device: DeviceRecord,
    by: Actor,
    detail: Detail,
  ): Promise<void> => audit.within(within).record({ ...placeOf(device), action, by, detail })
}

function placeOf({ id, projectId, name }: DeviceRecord): VaultPlace {
  return { deviceId: id, projectId, target: name }
}

function bootOf({ fetchedAt, createdAt, consoleFrom }: ProvisionsTable): Boot {
  return { since: fetchedAt ?? createdAt, from: consoleFrom }
}

/** Whoever has the address: nobody knows more of it. */
function machine({ address }: Visit): Actor {
  return { id: null, name: 'machine', address }
}

function ended(): AppError {
  return new AppError(
    'provision-ended',
    'This address is dead: its machine was provisioned, its time is over, or it was revoked. Mark the device to be provisioned again.',
  )
}
