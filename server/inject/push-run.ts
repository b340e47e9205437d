import type { PushAgent, PushDeviceResult, PushDeviceState } from '../contract/pushes.ts'
import type { PushDevicesTable, PushesTable, PushStanding } from '../store/pushes.ts'
import type { PushOrder } from './push-order.ts'

/** A push as it stands: under way, or as it was kept. */
export interface PushState {
  push: Omit<PushesTable, 'request'>
  order: PushOrder
  devices: DeviceState[]
  /** Null where none is to log in. */
  agent: PushAgent | null
  /** Grows with each change. */
  revision: number
}

export interface DeviceState {
  deviceId: string
  projectId: string
  name: string
  state: PushDeviceState
  message: string
  startedAt: number | null
  endedAt: number | null
  result: PushDeviceResult
  /** That of the push when this device changed last. */
  revision: number
}

/** As much as a list tells of a push. */
export interface PushOutline extends Pick<PushState, 'push' | 'order'> {
  devices: Pick<DeviceState, 'deviceId' | 'projectId' | 'state'>[]
}

const underWay: readonly PushDeviceState[] = ['queued', 'running']
const repeatable: readonly PushDeviceState[] = ['failed', 'cancelled', 'interrupted']

export const isUnderWay = ({ state }: Pick<DeviceState, 'state'>): boolean => underWay.includes(state)
export const isToRetry = ({ state }: Pick<DeviceState, 'state'>): boolean => repeatable.includes(state)

export const noResult: PushDeviceResult = {
  way: null,
  why: '',
  hostKey: null,
  loginKey: null,
  cause: null,
  keys: [],
  wrote: null,
  changes: [],
  passedOver: [],
  found: null,
  typed: 0,
}

export function rowOf(pushId: string, { revision: _, result, ...device }: DeviceState): PushDevicesTable {
  return { ...device, pushId, result: JSON.stringify(result) }
}

export function stateOf({ request, ...push }: PushesTable, rows: readonly PushDevicesTable[]): PushState {
  const order: PushOrder = JSON.parse(request)
  return {
    push,
    order,
    agent: order.agent === true ? { state: 'ended', until: null } : null,
    devices: rows.map(({ pushId: _, state, result, ...row }) => ({
      ...row,
      state: knownState(state),
      result: resultOf(result),
      revision: 0,
    })),
    revision: 0,
  }
}

/** What was kept before there was something has none of it. */
function resultOf(text: string): PushDeviceResult {
  const result: PushDeviceResult = { ...noResult, ...JSON.parse(text) }
  const { keys, wrote } = result
  return {
    ...result,
    keys: keys.map((key) => ({ ...noneOfKey, ...key })),
    wrote: wrote && { ...noneOfWrite, ...wrote },
  }
}

const noneOfKey = { newLine: null }
const noneOfWrite = { sumBefore: null, sumAfter: null }

export function outlineOf({ request, ...push }: PushesTable, rows: readonly PushStanding[]): PushOutline {
  const devices = rows.map(({ deviceId, projectId, state }) => ({
    deviceId,
    projectId,
    state: knownState(state),
  }))
  return { push, order: JSON.parse(request), devices }
}

function knownState(state: string): PushDeviceState {
  return [...underWay, ...repeatable, 'done' as const].find((known) => known === state) ?? 'interrupted'
}
