import type { Audit } from '../audit/audit.ts'
import { type Actor, type Detail, gatewayItself } from '../audit/entry.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError } from '../base/errors.ts'
import type { AuditAction } from '../contract/audit.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { PowerActor } from '../power/power.ts'
import { createWaitingRoom } from './waiting-room.ts'

/** For so long a recovery waits for its second person. */
export const approvalMs = 3600_000

/** A recovery that was ordered and has touched nothing yet. `T` is what begins it. */
export interface Asked<T> {
  id: string
  until: number
  by: PowerActor
  device: DeviceRecord
  /** Asked when it is approved: how it begins as things stand then; undefined where who ordered it may no more. */
  prepare(device: DeviceRecord): Promise<T | undefined>
}

/** What a second person says to it. */
export interface Answer {
  /** Of the recovery that they were shown. */
  recovery: string
  by: PowerActor
  reason: string | null
}

export interface ApprovalsParts<T> {
  audit: Pick<Audit, 'recordOrLog'>
  clock: Clock
  /** Begins it. Throws AppError when it cannot be now: it waits on. */
  begin(device: DeviceRecord, ready: T, answer: Answer): void
  /** It will never begin. */
  ended(deviceId: string, state: 'refused' | 'cancelled' | 'lapsed', message: string, answer?: Answer): void
}

/** The say of a second person: whoever may recover a device themselves, and is not who ordered it. Who may, the caller has made sure. */
export interface Approvals<T> extends Closable {
  ask(asked: Asked<T>): void
  /** Throws AppError: `forbidden` for who ordered it or lost the right to, `already-exists` when it waits no more, and as beginning does. */
  approve(device: DeviceRecord, answer: Answer): Promise<void>
  refuse(device: DeviceRecord, answer: Answer): Promise<void>
  /** Throws AppError `already-exists` when it waits no more, `forbidden` for who neither ordered it nor may `force`. */
  withdraw(device: DeviceRecord, by: PowerActor, force: boolean): Promise<void>
  forget(deviceId: string): void
}

export function createApprovals<T>(parts: ApprovalsParts<T>): Approvals<T> {
  const { audit, clock, begin, ended } = parts
  const lapsing = new Set<Promise<void>>()

  function record(action: AuditAction, device: DeviceRecord, by: Actor, detail: Detail): Promise<void> {
    const { id: deviceId, projectId, name: target } = device
    return audit.recordOrLog({ action, by, deviceId, projectId, target, detail })
  }

  function lapse(asked: Asked<T>, because: keyof typeof lapsedWords): void {
    ended(asked.device.id, 'lapsed', `${lapsedWords[because](asked.by.label)} Nothing was touched.`)
    const recorded = record('recovery.lapsed', asked.device, gatewayItself, {
      orderedBy: asked.by.name,
      because,
    })
    lapsing.add(recorded)
    void recorded.finally(() => lapsing.delete(recorded))
  }

  const room = createWaitingRoom<Asked<T>>(clock, (_, asked) => lapse(asked, 'time'))

  /** Takes it out, since an answer takes time and there may be two at once. */
  function take({ id: deviceId }: DeviceRecord, answer: Answer): Asked<T> {
    const asked = room.find(deviceId)
    if (asked === undefined || asked.id !== answer.recovery) throw new AppError('already-exists', waitsNoMore)
    if (asked.by.id === answer.by.id) throw new AppError('forbidden', anotherPerson)
    room.leave(deviceId)
    return asked
  }

  async function orWaitOn<R>(asked: Asked<T>, work: () => R | Promise<R>): Promise<R> {
    try {
      return await work()
    } catch (error) {
      room.enter(asked.device.id, asked)
      throw error
    }
  }

  return {
    ask: (asked) => room.enter(asked.device.id, asked),

    async approve(device, answer) {
      const asked = take(device, answer)
      const ready = await orWaitOn(asked, () => asked.prepare(device))
      if (ready === undefined) {
        lapse(asked, 'rights')
        throw new AppError('forbidden', `${lapsedWords.rights(asked.by.label)} Nothing was begun.`)
      }
      await orWaitOn(asked, () => begin(device, ready, answer))
    },

    async refuse(device, answer) {
      const asked = take(device, answer)
      const { by, reason } = answer
      const why = reason === null ? '' : ` Their reason: ${reason}`
      ended(device.id, 'refused', `${by.label} refused it, and nothing was touched.${why}`, answer)
      await record('recovery.refused', device, by, { ...by.capacity, orderedBy: asked.by.name, reason })
    },

    async withdraw(device, by, force) {
      const asked = room.find(device.id)
      if (asked === undefined) throw new AppError('already-exists', waitsNoMore)
      if (asked.by.id !== by.id && !force) {
        throw new AppError('forbidden', `Only ${asked.by.label} or an owner of the project may withdraw it.`)
      }
      room.leave(device.id)
      ended(device.id, 'cancelled', `${by.label} withdrew it, and nothing was touched.`)
      await record('recovery.withdrawn', device, by, { ...by.capacity, orderedBy: asked.by.name })
    },

    forget: (deviceId) => room.leave(deviceId),

    async close() {
      for (const asked of room.all()) lapse(asked, 'stopped')
      await room.close()
      await Promise.all(lapsing)
    },
  }
}

const lapsedWords = {
  time: () => 'Nobody approved it in time. Order it again where it is still wanted.',
  rights: (name: string) =>
    `${name}, who ordered it, may not recover this device any more, or has signed out.`,
  stopped: () => 'The gateway was stopped before anybody approved it.',
}

const waitsNoMore =
  'This recovery waits for nobody any more: it was answered, was withdrawn, or its time is over. Look at how it stands now.'
const anotherPerson =
  'You ordered this recovery yourself: somebody else must approve or refuse it. You can withdraw it.'
