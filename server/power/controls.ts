import { isDeepStrictEqual } from 'node:util'
import type { Audit } from '../audit/audit.ts'
import { AppError } from '../base/errors.ts'
import type { Secret } from '../base/secret.ts'
import { LinkError } from '../console/transport.ts'
import type { PowerControl } from '../contract/power.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { Editor } from '../devices/writes.ts'
import { inTransaction, type Store } from '../store/database.ts'
import { powerRepository, type StoredPower } from '../store/power.ts'
import type { SecretStore } from '../store/sealed.ts'
import type { PowerAccess } from './driver.ts'

/** How the power of each device is controlled. Each change is one transaction with its password and its audit entry. */
export interface Controls {
  of(deviceId: string): Control | undefined
  /** What a driver needs but the signal. Rejects with LinkError when the control is gone. */
  accessOf(deviceId: string): Promise<Omit<PowerAccess, 'signal'>>
  /**
   * Replaces what was set. Without a password the stored one stays, but only towards where it was entered for.
   * @throws AppError `bad-request`, or `forbidden` for a program of someone who is no admin.
   */
  set(
    device: DeviceRecord,
    given: { control: PowerControl; password: Secret | undefined },
    by: Editor,
  ): Promise<void>
  remove(device: DeviceRecord, by: Editor): Promise<void>
  /** Pins the certificate that a person saw and accepts. */
  pin(device: DeviceRecord, fingerprint: string, by: Editor): Promise<void>
  /** Of a device that is gone. */
  forget(deviceId: string): void
}

export interface Control extends StoredPower {
  passwordKept: boolean
}

export interface ControlsParts {
  store: Store
  secrets: SecretStore
  audit: Pick<Audit, 'within'>
}

const ownerOf = (deviceId: string) => ({ kind: 'power', id: deviceId }) as const
const password = 'password'

export async function createControls({ store, secrets, audit }: ControlsParts): Promise<Controls> {
  const known = await load(store, secrets)
  let turn: Promise<unknown> = Promise.resolve()

  /** One after another: what is decided by what stands there must not meet a change that is under way. */
  function write(device: DeviceRecord, decide: () => Change, by: Editor): Promise<void> {
    const mine = turn.then(async () => {
      const { after, given, action, detail } = decide()
      await inTransaction(store, async (within) => {
        const sealed = secrets.within(within)
        if (after === undefined || !after.passwordKept) await sealed.removeAll(ownerOf(device.id))
        if (given !== undefined) await sealed.put(ownerOf(device.id), password, given)
        if (after === undefined) await powerRepository(within).remove(device.id)
        else await powerRepository(within).save(after)
        await audit.within(within).record({
          action,
          by: by.actor,
          projectId: device.projectId,
          deviceId: device.id,
          target: device.name,
          detail: { ...by.capacity, ...detail },
        })
      })
      if (after === undefined) known.delete(device.id)
      else known.set(device.id, after)
    })
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    of: (deviceId) => known.get(deviceId),

    async accessOf(deviceId) {
      const control = known.get(deviceId)
      if (control === undefined) throw new LinkError(goneCause)
      const kept = await secrets.get(ownerOf(deviceId), password)
      return { control: control.control, password: kept, allowLocalTargets: control.allowLocalTargets }
    },

    set: (device, given, by) =>
      write(device, () => planSet(device.id, known.get(device.id), given, by.byAdmin), by),

    remove: (device, by) =>
      write(device, () => ({ after: undefined, given: undefined, action: 'power.removed', detail: {} }), by),

    pin: (device, fingerprint, by) => write(device, () => planPin(known.get(device.id), fingerprint), by),

    forget: (deviceId) => void known.delete(deviceId),
  }
}

interface Change {
  after: Control | undefined
  given: Secret | undefined
  action: 'power.configured' | 'power.removed' | 'power.certificate-accepted'
  detail: Record<string, string | number | boolean>
}

function planSet(
  deviceId: string,
  before: Control | undefined,
  { control, password: given }: { control: PowerControl; password: Secret | undefined },
  byAdmin: boolean,
): Change {
  if (control.kind === 'command' && !byAdmin) throw adminsOnly()
  const same = before !== undefined && sameTarget(before.control, control)
  if (!same && given === undefined && before?.passwordKept && control.kind !== 'command') throw retarget()
  const passwordKept = control.kind !== 'command' && (given !== undefined || (same && before.passwordKept))
  const allowLocalTargets = byAdmin || (same && before.allowLocalTargets)
  return {
    after: { deviceId, control, allowLocalTargets, passwordKept },
    given: control.kind === 'command' ? undefined : given,
    action: 'power.configured',
    detail: {
      kind: control.kind,
      ...('host' in control && { host: control.host, port: control.port }),
      ...(given !== undefined && { password: 'set' }),
    },
  }
}

function planPin(before: Control | undefined, fingerprint: string): Change {
  if (before?.control.kind !== 'redfish') {
    throw new AppError(
      'bad-request',
      'This device’s power is not controlled by Redfish: there is no certificate to accept.',
    )
  }
  return {
    after: { ...before, control: { ...before.control, certificate: fingerprint } },
    given: undefined,
    action: 'power.certificate-accepted',
    detail: { accepted: fingerprint, before: before.control.certificate ?? 'none' },
  }
}

/** Whether the stored password would go where it was entered for. */
function sameTarget(a: PowerControl, b: PowerControl): boolean {
  if (a.kind === 'command' || b.kind === 'command') return false
  const target = ({ kind, host, port, username }: typeof a) => [kind, host, port, username]
  return isDeepStrictEqual(target(a), target(b))
}

function retarget(): AppError {
  const message = 'The stored password was entered for another address or user: enter it again.'
  return new AppError('bad-request', `Nothing was changed. ${message}`, {
    mistakes: [{ path: ['password'], message }],
  })
}

const adminsOnly = (): AppError =>
  new AppError(
    'forbidden',
    'Power controlled by a program reaches into the gateway’s own machine, so only an instance admin may set it up. Ask one to do it.',
  )

const goneCause = { code: 'other', message: 'The power of this device is not set up any more.' } as const

async function load(store: Store, secrets: SecretStore): Promise<Map<string, Control>> {
  const withPassword = await secrets.namesOfAll('power')
  const rows = await powerRepository(store).list()
  return new Map(rows.map((row) => [row.deviceId, { ...row, passwordKept: withPassword.has(row.deviceId) }]))
}
