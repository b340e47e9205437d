import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Recovery, recoverySteps } from '../contract/recovery.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { Driver, Jobs } from '../operator/jobs.ts'
import { Stopped } from '../operator/stopped.ts'
import type { Power, PowerActor } from '../power/power.ts'
import { generateRootPassword } from '../vault/generate.ts'
import type { Vault } from '../vault/vault.ts'
import { type Answer, type Approvals, type Asked, approvalMs, createApprovals } from './approvals.ts'
import { type RecoveryPlan, recover } from './recovery.ts'
import type { ReadyRecovery, RecoveryOrder, RecoveryState } from './recovery-order.ts'
import { askForRestart, restartByPower, restartBySysRq } from './restart.ts'

/**
 * Ways back to a root login when nobody has the password. One at a time for a device: it is a job on its console, or waits for a second
 * person. Who may order, approve, refuse and withdraw, the caller has made sure.
 */
export interface Recoveries
  extends Closable,
    Pick<Approvals<ReadyRecovery>, 'approve' | 'refuse' | 'withdraw'> {
  /** The one that waits or is under way, or the last since the gateway started. */
  of(deviceId: string): RecoveryState | null
  /** Throws AppError `in-use` while one waits, `no-power-control`, and as other jobs do. */
  start(device: DeviceRecord, ready: ReadyRecovery): void
  /**
   * Has one wait for a second person; `ready` is as it would begin now. Throws AppError `in-use` while one waits or is under way, and
   * `no-power-control`.
   */
  ask(device: DeviceRecord, ready: ReadyRecovery, prepare: Asked<ReadyRecovery>['prepare']): Promise<void>
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

const restarts = { sysrq: restartBySysRq, person: askForRestart }

export function createRecoveries(parts: RecoveriesParts): Recoveries {
  const { jobs, power, vault, audit, clock } = parts
  const known = new Map<string, RecoveryState>()

  function note(deviceId: string, change: Partial<RecoveryState>): void {
    const now = known.get(deviceId)
    if (now !== undefined) known.set(deviceId, { ...now, ...change })
  }

  function beginStep(deviceId: string, step: (typeof recoverySteps)[number]): void {
    const steps = known.get(deviceId)?.steps ?? []
    if (steps.at(-1)?.step === step) return
    const now = clock.now()
    note(deviceId, { steps: [...ended(steps, now), { step, startedAt: now, endedAt: null }] })
  }

  function planOf(device: DeviceRecord, { restart, rehearsal }: RecoveryOrder, by: PowerActor): RecoveryPlan {
    const { id: deviceId, name: target, projectId } = device
    const password = generateRootPassword()
    const given = { password, source: 'recovery', by: { actor: by, capacity: by.capacity } } as const
    return {
      rehearsal,
      password,
      unattended: restart === 'power',
      restart: (driver, begins) =>
        restart === 'power'
          ? restartByPower(power, device, { by, driver })
          : restarts[restart](driver, begins),
      seal: () => vault.keep({ deviceId, projectId, target }, given),
      note: (change) => note(deviceId, change),
      begin: (step) => beginStep(deviceId, step),
    }
  }

  function close(deviceId: string, end: Partial<RecoveryState>): void {
    const now = clock.now()
    note(deviceId, { ...end, endedAt: now, steps: ended(known.get(deviceId)?.steps ?? [], now) })
  }

  /** Before anything is touched. */
  async function record(device: DeviceRecord, { order, by }: ReadyRecovery, answer?: Answer): Promise<void> {
    const { id: deviceId, projectId, name: target } = device
    const about = { deviceId, projectId, target }
    if (answer === undefined) {
      const detail = { ...by.capacity, ...outlineOf(order), waits: known.get(deviceId)?.state === 'waiting' }
      await audit.recordOrLog({ ...about, action: 'recovery.ordered', by, detail })
    } else {
      const { by: approver, reason } = answer
      const detail = { ...approver.capacity, ...outlineOf(order), orderedBy: by.name, reason }
      await audit.recordOrLog({ ...about, action: 'recovery.approved', by: approver, detail })
    }
  }

  async function work(driver: Driver, device: DeviceRecord, ready: ReadyRecovery, answer?: Answer) {
    await record(device, ready, answer)
    const end = await recover(driver, planOf(device, ready.order, ready.by))
    if (answer === undefined) return end
    return { ...end, detail: { ...end.detail, approvedBy: answer.by.name } }
  }

  /** The console is free for the push only when the job has ended. */
  async function finish({ id: deviceId }: DeviceRecord, { push, rehearsal }: RecoveryOrder, end: End) {
    const pushed = push !== undefined && !rehearsal && end.state === 'done' ? await pushAfter(push) : {}
    close(deviceId, { ...end, message: end.message + (pushed.failure ?? ''), pushId: pushed.id ?? null })
  }

  function begin(device: DeviceRecord, ready: ReadyRecovery, answer?: Answer): void {
    const { place, order, by } = ready
    demandPower(device, order)
    let end: End = { state: 'failed', message: 'The gateway failed at it. Its log says why.' }
    const started = jobs.drive(place, {
      kind: 'recovery',
      user: 'root',
      async work(driver) {
        try {
          const done = await work(driver, device, ready, answer)
          end = { state: done.state, message: done.message }
          return done
        } catch (error) {
          if (error instanceof Stopped) end = { state: 'failed', message: error.message }
          throw error
        }
      },
    })
    void started.ended.then(() => finish(device, order, end))
    ready.follow(started)
    const { id: jobId, startedAt } = started.job
    const approval = answer === undefined ? null : answeredBy(known.get(device.id), answer)
    const id = answer?.recovery ?? newId('rec')
    known.set(device.id, { ...blank(order, by), id, jobId, startedAt, state: 'running', approval })
  }

  function demandNone({ id, name }: DeviceRecord): void {
    const now = known.get(id)
    if (now?.state === 'waiting') throw new AppError('in-use', waitsAlready(now.by, name))
    if (now?.state === 'running')
      throw new AppError('in-use', `A recovery of ${name} is under way. Wait until it has ended, or stop it.`)
  }

  function demandPower(device: DeviceRecord, { restart }: RecoveryOrder): void {
    if (restart === 'power' && power.controls.of(device.id) === undefined) throw noPower(device)
  }

  const approvals = createApprovals<ReadyRecovery>({
    audit,
    clock,
    begin,
    ended(deviceId, state, message, answer) {
      const approval = answeredBy(known.get(deviceId), answer)
      note(deviceId, { state, message, endedAt: clock.now(), approval })
    },
  })

  return {
    ...approvals,
    of: (deviceId) => known.get(deviceId) ?? null,

    forget(deviceId) {
      approvals.forget(deviceId)
      known.delete(deviceId)
    },

    start(device, ready) {
      demandNone(device)
      begin(device, ready)
    },

    async ask(device, ready, prepare) {
      demandNone(device)
      const { order, by } = ready
      demandPower(device, order)
      const startedAt = clock.now()
      const [id, until] = [newId('rec'), startedAt + approvalMs]
      const approval = { until, by: null, reason: null }
      const begun = { ...blank(order, by), message: waits, startedAt, state: 'waiting' } as const
      known.set(device.id, { ...begun, id, jobId: null, approval })
      approvals.ask({ id, until, by, device, prepare })
      await record(device, ready)
    },
  }
}

function outlineOf({ restart, rehearsal, push }: RecoveryOrder) {
  return { restart, rehearsal, keys: push !== undefined }
}

function blank(order: RecoveryOrder, { id: userId, label: by }: PowerActor) {
  const begun = { message: 'Begins.', cause: null, steps: [], screen: [], endedAt: null, pushId: null }
  return { ...begun, ...outlineOf(order), sshPort: order.sshPort, userId, by }
}

function answeredBy(state: RecoveryState | undefined, answer: Answer | undefined): Recovery['approval'] {
  const approval = state?.approval ?? null
  if (approval === null || answer === undefined) return approval
  return { ...approval, by: answer.by.label, reason: answer.reason }
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

const ended = (steps: Recovery['steps'], now: number): Recovery['steps'] =>
  steps.map((step) => ({ ...step, endedAt: step.endedAt ?? now }))

const waits = 'Waits for the approval of a second person. Nothing was touched yet.'
const waitsAlready = (by: string, name: string) =>
  `A recovery of ${name}, ordered by ${by}, waits for the approval of a second person. Withdraw it to order another one.`

const noPower = ({ name }: DeviceRecord): AppError =>
  new AppError(
    'no-power-control',
    `The power of ${name} is not set up here. Set it up, or restart the machine yourself (restart: "person").`,
  )
