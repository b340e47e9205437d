import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import type { Recovery, recoverySteps } from '../contract/recovery.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { JobPlace } from '../operator/job-run.ts'
import type { Driver, Jobs, StartedJob } from '../operator/jobs.ts'
import { Stopped } from '../operator/stopped.ts'
import type { Power, PowerActor } from '../power/power.ts'
import { generateRootPassword } from '../vault/generate.ts'
import type { Vault } from '../vault/vault.ts'
import { type RecoveryPlan, recover } from './recovery.ts'

export interface RecoveryOrder {
  restart: 'power' | 'person'
  rehearsal: boolean
  /** Begins the push of keys that is to follow, with the new password, and gives its id. */
  push: (() => Promise<string>) | undefined
}

/** Ways back to a root login when nobody has the password. One at a time for a device: it is a job on its console. */
export interface Recoveries {
  /** The one under way, or the last since the gateway started. */
  of(deviceId: string): Recovery | null
  /** Throws AppError `no-power-control`, and as other jobs do. Who may, the caller has made sure. */
  start(device: DeviceRecord, place: JobPlace, order: RecoveryOrder, by: PowerActor): StartedJob
  /** Of a device that is gone. */
  forget(deviceId: string): void
}

export interface RecoveriesParts {
  jobs: Pick<Jobs, 'drive'>
  power: Pick<Power, 'controls' | 'read' | 'act' | 'run'>
  vault: Pick<Vault, 'keep'>
  audit: Pick<Audit, 'recordOrLog'>
  clock: Clock
}

const lookMs = 250

export function createRecoveries(parts: RecoveriesParts): Recoveries {
  const { jobs, power, vault, audit, clock } = parts
  const known = new Map<string, Recovery>()

  function note(deviceId: string, change: Partial<Recovery>): void {
    const now = known.get(deviceId)
    if (now !== undefined) known.set(deviceId, { ...now, ...change })
  }

  function begin(deviceId: string, step: (typeof recoverySteps)[number]): void {
    const steps = known.get(deviceId)?.steps ?? []
    if (steps.at(-1)?.step === step) return
    const now = clock.now()
    note(deviceId, { steps: [...ended(steps, now), { step, startedAt: now, endedAt: null }] })
  }

  async function restartByPower(device: DeviceRecord, by: PowerActor, driver: Driver): Promise<void> {
    const reading = await power.read(device.id)
    // A cycle first: some BMCs take a reset and do nothing.
    const acts = reading?.power === 'off' ? (['on'] as const) : (['cycle', 'reset'] as const)
    for (const act of acts) {
      driver.tell(act === 'on' ? 'Switching the machine on.' : 'Restarting the machine.')
      order(() => power.act(device, { act }, by))
      while (power.run(device.id)?.state === 'running') await driver.hands.typist.pause(lookMs)
      if (power.run(device.id)?.state === 'done') return
    }
    throw new Stopped('failed', `The machine could not be restarted: ${power.run(device.id)?.words}`)
  }

  function planOf(device: DeviceRecord, { restart, rehearsal }: RecoveryOrder, by: PowerActor): RecoveryPlan {
    const { id: deviceId, name: target, projectId } = device
    const password = generateRootPassword()
    const given = { password, source: 'recovery', by: { actor: by, capacity: by.capacity } } as const
    return {
      rehearsal,
      password,
      unattended: restart === 'power',
      restart: (driver) => (restart === 'power' ? restartByPower(device, by, driver) : askForRestart(driver)),
      seal: () => vault.keep({ deviceId, projectId, target }, given),
      note: (change) => note(deviceId, change),
      begin: (step) => begin(deviceId, step),
    }
  }

  function close(deviceId: string, end: Partial<Recovery>): void {
    const now = clock.now()
    note(deviceId, { ...end, endedAt: now, steps: ended(known.get(deviceId)?.steps ?? [], now) })
  }

  async function work(driver: Driver, device: DeviceRecord, order: RecoveryOrder, by: PowerActor) {
    const { id: deviceId, projectId, name: target } = device
    const { restart, rehearsal, push } = order
    const detail = { ...by.capacity, restart, rehearsal, keys: push !== undefined }
    await audit.recordOrLog({ action: 'recovery.ordered', by, deviceId, projectId, target, detail })
    return recover(driver, planOf(device, order, by))
  }

  /** The console is free for the push only when the job has ended. */
  async function finish({ id: deviceId }: DeviceRecord, { push, rehearsal }: RecoveryOrder, end: End) {
    const pushed = push !== undefined && !rehearsal && end.state === 'done' ? await pushAfter(push) : {}
    close(deviceId, { ...end, message: end.message + (pushed.failure ?? ''), pushId: pushed.id ?? null })
  }

  return {
    of: (deviceId) => known.get(deviceId) ?? null,
    forget: (deviceId) => void known.delete(deviceId),

    start(device, place, order, by) {
      if (order.restart === 'power' && power.controls.of(device.id) === undefined) throw noPower(device)
      let end: End = { state: 'failed', message: 'The gateway failed at it. Its log says why.' }
      const started = jobs.drive(place, {
        kind: 'recovery',
        user: 'root',
        async work(driver) {
          try {
            const done = await work(driver, device, order, by)
            end = { state: done.state, message: done.message }
            return done
          } catch (error) {
            if (error instanceof Stopped) end = { state: 'failed', message: error.message }
            throw error
          }
        },
      })
      void started.ended.then(() => finish(device, order, end))
      const { id: jobId, startedAt } = started.job
      const begun = { message: 'Begins.', cause: null, steps: [], screen: [], endedAt: null, pushId: null }
      const { rehearsal } = order
      known.set(device.id, { jobId, startedAt, by: by.label, state: 'running', rehearsal, ...begun })
      return started
    },
  }
}

type End = Pick<Recovery, 'state' | 'message'>

/** Only what refuses it is told; a push that was begun is seen by its own. */
async function pushAfter(push: () => Promise<string>): Promise<{ id?: string; failure?: string }> {
  try {
    return { id: await push() }
  } catch (error) {
    const why = error instanceof AppError ? error.message : 'The gateway failed at it.'
    return { failure: ` Its keys were not pushed: ${why}` }
  }
}

/** Somebody else may be switching it right now. */
function order(act: () => void): void {
  try {
    act()
  } catch (error) {
    throw error instanceof AppError ? new Stopped('failed', error.message) : error
  }
}

async function askForRestart(driver: Driver): Promise<void> {
  driver.tell('Restart the machine now: its boot loader is waited for.')
}

const ended = (steps: Recovery['steps'], now: number): Recovery['steps'] =>
  steps.map((step) => ({ ...step, endedAt: step.endedAt ?? now }))

const noPower = ({ name }: DeviceRecord): AppError =>
  new AppError(
    'no-power-control',
    `The power of ${name} is not set up here. Set it up, or restart the machine yourself (restart: "person").`,
  )
