import { actorOf } from '../access/actor.ts'
import type { Principal } from '../access/can.ts'
import type { Closable } from '../base/closing.ts'
import { AppError, notFound } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { limits } from '../contract/limits.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { inTransaction } from '../store/database.ts'
import { type PushesTable, type PushFilter, pushRepository } from '../store/pushes.ts'
import type { SeatedAgent } from './agent-seat.ts'
import type { AgentWire } from './agent-talks.ts'
import { deviceQueue } from './device-queue.ts'
import { agentAttached, pushOrdered } from './push-audit.ts'
import { keeps, type PasswordSource, type PushOrder } from './push-order.ts'
import type { PushCaller, PushesParts } from './push-parts.ts'
import { noResult, outlineOf, type PushOutline, type PushState, rowOf, stateOf } from './push-run.ts'
import { PushWork } from './push-work.ts'

/** Who may push to which of the devices, the caller has made sure. */
export interface NewPush {
  order: PushOrder
  devices: readonly DeviceRecord[]
  password: PasswordSource
  /** Names the request: with the same one the same push is answered. */
  idempotencyKey: string | null
}

/** Pushes: each to one device or many, in the order in which they came for a device, so many devices at once. */
export interface Pushes extends Closable {
  /** Begins, and goes on by itself. Rejects with AppError `already-exists` when its idempotency key names another request. */
  begin(push: NewPush, caller: PushCaller): Promise<PushState>
  /** Rejects with AppError `bad-request` when no device is to be tried again. */
  retry(
    before: PushState,
    push: Pick<NewPush, 'devices' | 'password'> & Pick<PushOrder, 'hostKeys' | 'agent'>,
    caller: PushCaller,
  ): Promise<PushState>
  find(id: string): Promise<PushState | undefined>
  /** The newest first. */
  list(filter: Omit<PushFilter, 'limit'>): Promise<PushOutline[]>
  cancel(id: string, by: Principal): Promise<PushState>
  /**
   * Where whoever ordered it attaches their agent. Rejects with AppError: `forbidden` for everybody else, `bad-request` when none is to log
   * in, `already-exists` when the push is over. Attaching throws that too, when one was attached before or it is too late.
   */
  seatFor(id: string, by: Principal): Promise<{ attach(wire: AgentWire): SeatedAgent }>
  /** Stops everything; what is not finished is kept as interrupted. */
  close(): Promise<void>
}

export async function createPushes(parts: PushesParts): Promise<Pushes> {
  const { store, audit, clock } = parts
  const repository = pushRepository(store)
  await repository.interrupt(clock.now(), interrupted)
  await repository.removeBefore(clock.now() - limits.pushDays * 86_400_000)
  const queue = deviceQueue(parts.atOnce)
  const working = new Map<string, PushWork>()
  let turn: Promise<unknown> = Promise.resolve()

  const kept = async (row: PushesTable): Promise<PushState> =>
    working.get(row.id)?.state ?? stateOf(row, await repository.devicesOf(row.id))

  const demand = async (id: string): Promise<PushState> => {
    const row = await repository.find(id)
    if (row === undefined) throw notFound()
    return kept(row)
  }

  async function start(push: NewPush & { retryOf: string | null }, caller: PushCaller): Promise<PushState> {
    const { principal } = caller
    const { order, devices, retryOf, idempotencyKey } = push
    const { userId, name: userName } = principal
    const underWay = [...working.values()].filter(({ state }) => state.push.userId === userId)
    if (underWay.length >= limits.pushesPerUser) {
      throw new AppError('try-later', tooMany, { retryAfter: 30 })
    }
    const request = JSON.stringify(order)
    const id = newId('psh')
    const row = {
      id,
      userId,
      userName,
      request,
      retryOf,
      createdAt: clock.now(),
      endedAt: null,
      idempotencyKey,
    }
    const rows = devices.map((device) => rowOf(id, waiting(device)))
    const projectIds = new Set(devices.map(({ projectId }) => projectId))
    const act = pushOrdered({ id, order, projectIds, devices: devices.length }, principal, actorOf(principal))
    await inTransaction(store, async (within) => {
      await pushRepository(within).add(row, rows)
      await audit.within(within).record(act)
    })
    const work = new PushWork(stateOf(row, rows), { ...parts, ...caller, queue, password: push.password })
    working.set(id, work)
    void work.done.finally(() => working.delete(id))
    return work.state
  }

  /** One after another: the same request twice at once is one push. */
  function inOrder(work: () => Promise<PushState>): Promise<PushState> {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    begin: (push, caller) =>
      inOrder(async () => {
        const { order, idempotencyKey } = push
        const { userId } = caller.principal
        const before =
          idempotencyKey === null ? undefined : await repository.findByKey(userId, idempotencyKey)
        if (before === undefined) return start({ ...push, retryOf: null }, caller)
        if (before.request === JSON.stringify(order)) return kept(before)
        throw new AppError('already-exists', anotherRequest)
      }),

    async retry({ push, order }, { devices, password, hostKeys, agent }, caller) {
      if (devices.length === 0) throw new AppError('bad-request', nothingToRetry)
      if (agent && order.way === 'console') throw new AppError('bad-request', onlyConsole)
      const accepted = { ...order.hostKeys, ...hostKeys }
      const kept = { agent, password: password.from, keepPassword: keeps(password) }
      const again = { order: { ...order, ...kept, hostKeys: accepted }, devices, password }
      return inOrder(() => start({ ...again, idempotencyKey: null, retryOf: push.id }, caller))
    },

    async find(id) {
      const row = await repository.find(id)
      return row && kept(row)
    },

    async list(filter) {
      const rows = await repository.list({ ...filter, limit: limits.pageSize })
      // Before anything is waited for: what ends meanwhile is in neither.
      const underWay = new Map(rows.map(({ id }) => [id, working.get(id)?.state]))
      const ended = rows.map(({ id }) => id).filter((id) => underWay.get(id) === undefined)
      const standing = Map.groupBy(await repository.standing(ended), ({ pushId }) => pushId)
      return rows.map((row) => underWay.get(row.id) ?? outlineOf(row, standing.get(row.id) ?? []))
    },

    async cancel(id, by) {
      const work = working.get(id)
      if (work === undefined) return demand(id)
      await audit.record({ action: 'push.cancelled', by: actorOf(by), target: id })
      await work.stop('cancelled', { begun: `${by.name} stopped it.`, waiting: `${by.name} stopped it.` })
      return work.state
    },

    async seatFor(id, by) {
      const state = working.get(id)?.state ?? (await demand(id))
      const { push, order } = state
      if (push.userId !== by.userId) throw new AppError('forbidden', notTheirs(push.userName))
      if (order.agent !== true) throw new AppError('bad-request', noAgentWanted)
      const seat = working.get(id)?.seat
      if (seat === undefined) throw new AppError('already-exists', isOver)
      return {
        attach(wire) {
          const seated = seat.attach(wire)
          void audit.recordOrLog(agentAttached(state, actorOf(by)))
          return seated
        },
      }
    },

    async close() {
      await turn
      for (const work of working.values()) await work.stop('interrupted', interrupted)
      await Promise.all([...working.values()].map(({ done }) => done))
    },
  }
}

function waiting({ id: deviceId, projectId, name }: DeviceRecord) {
  const message = 'Waits for its turn.'
  const times = { startedAt: null, endedAt: null }
  return {
    deviceId,
    projectId,
    name,
    state: 'queued' as const,
    message,
    ...times,
    result: noResult,
    revision: 0,
  }
}

const interrupted = {
  begun:
    'The gateway was stopped while it worked here. The file is as it was, or has all of the keys: try again, nothing is added twice.',
  waiting: 'The gateway was stopped before it came to this device. Try again.',
}
const anotherRequest = 'This Idempotency-Key was used for another request. Nothing was begun.'
const tooMany = `You have ${limits.pushesPerUser} pushes under way. Wait until one of them has ended, or stop one.`
const nothingToRetry = 'There is no device to be tried again.'
const onlyConsole =
  'This push goes over the console, where no SSH key logs in. Try it again with a password, or order another one.'
const notTheirs = (name: string) =>
  `Only ${name}, who ordered this push, may attach an ssh agent to it: it logs in on their behalf.`
const noAgentWanted = 'This push needs no ssh agent. Order it with agent: true to log in with yours.'
const isOver = 'This push is over. Order another one, and attach to that.'
