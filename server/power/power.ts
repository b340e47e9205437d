import type { Audit } from '../audit/audit.ts'
import type { Actor, Detail } from '../audit/entry.ts'
import { atMost } from '../base/at-most.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { LinkError } from '../console/transport.ts'
import type { PowerAct, PowerReading, PowerRun, PowerStep } from '../contract/power.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { Store } from '../store/database.ts'
import type { SecretStore } from '../store/sealed.ts'
import { type Controls, createControls } from './controls.ts'
import { type Drivers, usualDrivers } from './drivers.ts'
import { doPowerAct } from './work.ts'

/**
 * The power of the machines: how each is controlled, whether it is on, and what is done to it. One act at a time for a device; a status
 * is asked for, never kept.
 */
export interface Power extends Closable {
  readonly controls: Controls
  /** Asks now, at most 16 at the same time; who asks while somebody does hears the same. Null where there is no power control. */
  read(deviceId: string): Promise<PowerReading | null>
  /** The act under way on a device, or the last one since the gateway started. */
  run(deviceId: string): PowerRun | null
  /**
   * Begins an act, which goes on by itself. Throws AppError `no-power-control` where there is none, and `in-use` while another one is
   * under way. Who may, the caller has made sure.
   */
  act(device: DeviceRecord, act: PowerAct, by: PowerActor): PowerRun
}

export interface PowerActor extends Actor {
  /** As people know them. */
  label: string
  /** For the audit: by a token, only as admin. */
  capacity: Detail
}

export interface PowerParts {
  store: Store
  secrets: SecretStore
  audit: Audit
  clock: Clock
  log: Log
  drivers?: Drivers
}

/** A page of 500 devices must not start 500 programs. */
const mostAtOnce = 16
/** A status that takes longer is not had. */
const statusMs = 20_000
/** A Redfish order may be a task. */
const stepMs = 120_000

export async function createPower(parts: PowerParts): Promise<Power> {
  const { audit, clock, log, drivers = usualDrivers } = parts
  const controls = await createControls(parts)
  const inTurn = atMost(mostAtOnce)
  const closing = new AbortController()
  const asking = new Map<string, Promise<PowerReading>>()
  const runs = new Map<string, PowerRun>()
  const working = new Set<Promise<void>>()

  const signalFor = (ms: number) => AbortSignal.any([closing.signal, AbortSignal.timeout(ms)])

  async function status(deviceId: string): Promise<'on' | 'off'> {
    const access = await controls.accessOf(deviceId)
    return inTurn(() => drivers.status({ ...access, signal: signalFor(statusMs) }))
  }

  async function perform(deviceId: string, step: PowerStep): Promise<void> {
    const access = await controls.accessOf(deviceId)
    await inTurn(() => drivers.perform(step, { ...access, signal: signalFor(stepMs) }))
  }

  async function ask(deviceId: string): Promise<PowerReading> {
    try {
      const power = await status(deviceId)
      return { power, at: clock.now() }
    } catch (error) {
      if (!(error instanceof LinkError)) throw error
      return { power: 'unknown', at: clock.now(), cause: error.reason }
    }
  }

  async function work(device: DeviceRecord, run: PowerRun, by: PowerActor): Promise<void> {
    const note = (change: Partial<PowerRun>) => {
      const now = runs.get(device.id) ?? run
      runs.set(device.id, { ...now, ...change })
    }
    const about = { by, projectId: device.projectId, deviceId: device.id, target: device.name }
    const detail = { ...by.capacity, ...wordsOf(run.act) }
    await audit.recordOrLog({ action: 'power.ordered', ...about, detail })
    const [state, words] = await doPowerAct(run.act, {
      status: () => status(device.id),
      perform: (step) => perform(device.id, step),
      wait: (ms) => pause(clock, ms, closing.signal),
      now: () => clock.monotonic(),
      tell: (words) => note({ words }),
    }).then(
      (words) => ['done', words] as const,
      (error: unknown) => ['failed', inWords(error, log)] as const,
    )
    note({ state, words, endedAt: clock.now() })
    await audit.recordOrLog({ action: 'power.ended', ...about, detail: { ...detail, state, words } })
  }

  return {
    controls,

    async read(deviceId) {
      if (controls.of(deviceId) === undefined) return null
      const asked = asking.get(deviceId) ?? ask(deviceId).finally(() => asking.delete(deviceId))
      asking.set(deviceId, asked)
      return asked
    },

    run: (deviceId) => runs.get(deviceId) ?? null,

    act(device, act, by) {
      if (controls.of(device.id) === undefined) throw noControl(device)
      const before = runs.get(device.id)
      if (before?.state === 'running') throw underWay(device, before)
      const run: PowerRun = {
        act,
        by: by.label,
        startedAt: clock.now(),
        state: 'running',
        endedAt: null,
        words: 'Asking the machine.',
      }
      runs.set(device.id, run)
      const working_ = work(device, run, by).finally(() => working.delete(working_))
      working.add(working_)
      return run
    },

    async close() {
      closing.abort(new LinkError({ code: 'timeout', message: 'The gateway is being stopped.' }))
      await Promise.all(working)
      await Promise.allSettled(asking.values())
    },
  }
}

const wordsOf = (act: PowerAct) => ({
  act: act.act,
  ...(act.act === 'off' && { graceSeconds: act.graceSeconds }),
  ...(act.act === 'boot-once' && { boot: act.device }),
})

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      timer.cancel()
      reject(signal.reason)
    }
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
}

function inWords(error: unknown, log: Log): string {
  if (error instanceof LinkError) return error.reason.message
  log.error({ err: error }, 'a power act failed')
  return 'The gateway failed to do it. Its log says why.'
}

const noControl = ({ name }: DeviceRecord): AppError =>
  new AppError(
    'no-power-control',
    `The power of ${name} is not set up here. An owner can do that under Power control.`,
  )

const underWay = ({ name }: DeviceRecord, { by }: PowerRun): AppError =>
  new AppError('in-use', `${by} is switching ${name} right now. Wait until that has ended, then look again.`)
