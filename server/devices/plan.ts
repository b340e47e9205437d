import { isDeepStrictEqual } from 'node:util'
import type { Detail } from '../audit/entry.ts'
import { AppError } from '../base/errors.ts'
import type { Mistake } from '../contract/errors.ts'
import {
  type DeviceSecretName,
  deviceSecretNames,
  localTransports,
  secretsUsed,
  type TransportConfig,
} from '../contract/transports.ts'
import { differenceOf, secretDifference } from './difference.ts'
import type { DeviceEdit, DeviceInput, DeviceRecord } from './record.ts'
import { retargetMistakes, sameAddress, sameTarget, secretMistakes, transportMistakes } from './rules.ts'
import type { DeviceSecrets, SecretChanges } from './secrets.ts'

/** A change to the inventory, decided and checked; doing it is one transaction. */
export interface Plan {
  device: DeviceRecord
  secrets: SecretChanges
  /** What the audit says of it. Empty when nothing changes. */
  detail: Detail
}

export interface Circumstances {
  /** On behalf of an instance admin, who alone may set up what reaches into the gateway's own machine. */
  byAdmin: boolean
  /** Milliseconds since the epoch. */
  now: number
}

/** @throws AppError `bad-request` with all mistakes, or `forbidden`. */
export function planCreation(id: string, input: DeviceInput, { byAdmin, now }: Circumstances): Plan {
  const { secrets, address = null, ...rest } = input
  const { transport } = rest
  demandMaySetUp(transport, byAdmin)
  demandNone([...transportMistakes(transport), ...secretMistakes(transport.kind, secrets, [])])
  return {
    device: {
      ...rest,
      id,
      tags: inOrder(rest.tags),
      address,
      allowLocalTargets: byAdmin,
      createdAt: now,
      updatedAt: now,
      secretsKept: namesAfter([], secrets),
    },
    secrets,
    detail: {
      transport: transport.kind,
      ...('host' in transport ? { host: transport.host, port: transport.port } : {}),
      ...secretDifference(secrets),
    },
  }
}

/** @throws AppError `bad-request` with all mistakes, or `forbidden`. */
export function planEdit(before: DeviceRecord, edit: DeviceEdit, { byAdmin, now }: Circumstances): Plan {
  const { secrets: given = {}, ...fields } = edit
  const named = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const edited = { ...before, ...(named as Partial<DeviceRecord>) }
  const changed = { ...edited, tags: inOrder(edited.tags) }
  if (!isDeepStrictEqual(changed.transport, before.transport)) demandMaySetUp(changed.transport, byAdmin)
  const secrets = settle(before.secretsKept, changed.transport.kind, given)
  const untouched = before.secretsKept.filter((name) => !(name in secrets))
  demandNone([
    ...transportMistakes(changed.transport),
    ...secretMistakes(changed.transport.kind, given, untouched),
    ...retargetMistakes(before.transport, changed.transport, untouched),
  ])
  // Naming a transport is vouching for it; an admin's word holds for as long as the address is the same.
  const vouched = before.allowLocalTargets && sameAddress(before.transport, changed.transport)
  const allowLocalTargets = (edit.transport !== undefined && byAdmin) || vouched
  const device = { ...changed, allowLocalTargets, secretsKept: namesAfter(untouched, secrets) }
  const detail = { ...differenceOf(before, device), ...secretDifference(secrets) }
  const unchanged = Object.keys(detail).length === 0
  return { device: { ...device, updatedAt: unchanged ? before.updatedAt : now }, secrets, detail }
}

const inOrder = (tags: readonly string[]): string[] => [...new Set(tags)].sort()

/** Pins a host key. Nothing else changes, so nothing else is asked. */
export function planHostKey(before: DeviceRecord, fingerprint: string, now: number): Plan {
  const { transport } = before
  if (transport.kind !== 'ssh') {
    throw new AppError(
      'bad-request',
      `${before.name} is reached over ${transport.kind}, which has no host key to accept.`,
    )
  }
  return {
    device: { ...before, transport: { ...transport, hostKey: fingerprint }, updatedAt: now },
    secrets: {},
    detail: { accepted: fingerprint, before: transport.hostKey ?? null },
  }
}

/** What a test connection may use. */
export interface TestPlan {
  transport: TransportConfig
  given: DeviceSecrets
  /** Names of the device's kept secrets that are used too. */
  kept: readonly DeviceSecretName[]
  allowLocalTargets: boolean
}

export interface TestRequest {
  transport: TransportConfig
  secrets: DeviceSecrets
  /** The device whose kept secrets stand in for those that are not given. */
  device: DeviceRecord | undefined
  byAdmin: boolean
}

/** @throws AppError `bad-request` with all mistakes, or `forbidden`. */
export function planTest({ transport, secrets, device, byAdmin }: TestRequest): TestPlan {
  const asKept = device !== undefined && isDeepStrictEqual(transport, device.transport)
  if (!asKept) demandMaySetUp(transport, byAdmin)
  const standIn = settle(device?.secretsKept ?? [], transport.kind, secrets)
  const kept = (device?.secretsKept ?? []).filter((name) => !(name in standIn))
  const elsewhere = device !== undefined && !sameTarget(device.transport, transport)
  const onlyKept = Object.keys(secrets).length === 0
  demandNone([
    ...transportMistakes(transport),
    ...secretMistakes(transport.kind, secrets, elsewhere ? [] : kept),
    ...(elsewhere && onlyKept ? retargetMistakes(device.transport, transport, kept) : []),
  ])
  return {
    transport,
    given: secrets,
    kept: elsewhere ? [] : kept,
    allowLocalTargets:
      byAdmin || (device?.allowLocalTargets === true && sameAddress(device.transport, transport)),
  }
}

/** What happens to kept secrets: as asked for, and what the transport does not use or a new key does not need is forgotten. */
function settle(
  kept: readonly DeviceSecretName[],
  kind: TransportConfig['kind'],
  given: SecretChanges,
): SecretChanges {
  const newKey = given.privateKey !== undefined
  const idle = kept.filter((name) => !secretsUsed[kind].includes(name) || (name === 'passphrase' && newKey))
  const forgotten = Object.fromEntries(idle.map((name) => [name, null]))
  const asked = Object.entries({ ...forgotten, ...given })
  return Object.fromEntries(
    asked.filter(([name, value]) => value !== null || kept.some((keptName) => keptName === name)),
  )
}

function namesAfter(untouched: readonly DeviceSecretName[], changes: SecretChanges): DeviceSecretName[] {
  return deviceSecretNames.filter((name) =>
    name in changes ? changes[name] !== null : untouched.includes(name),
  )
}

function demandMaySetUp(transport: TransportConfig, byAdmin: boolean): void {
  if (byAdmin || !localTransports.includes(transport.kind)) return
  throw new AppError(
    'forbidden',
    `A console over ${transport.kind} reaches into the gateway's own machine, so only an instance admin may set it up. ` +
      'Ask one to add or change this device.',
  )
}

function demandNone(mistakes: Mistake[]): void {
  if (mistakes.length === 0) return
  const lines = mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new AppError('bad-request', `Nothing was changed. ${lines.join('; ')}`, { mistakes })
}
