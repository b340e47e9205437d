import type { Audit } from '../audit/audit.ts'
import type { Actor, Detail } from '../audit/entry.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { LinkError } from '../console/transport.ts'
import type { PowerAct, PowerControl, PowerReading, PowerRun, PowerStep } from '../contract/power.ts'
import type { DeviceRecord } from '../devices/record.ts'
import type { Store } from '../store/database.ts'
import type { SecretStore } from '../store/sealed.ts'
import { type Controls, createControls } from './controls.ts'
import { type Drivers, usualDrivers } from './drivers.ts'
import { createGlances, type Glance } from './glances.ts'
import { createPowerQueue, type Turn } from './queue.ts'
import { doPowerAct } from './work.ts'

/**
 * The power of the machines: how each is controlled, whether it is on, and what is done to it. One act at a time for a device. Whatever
 * is asked or ordered, no more than 16 programs and connections are under way, and one question at a BMC; orders go first.
 */
export interface Power extends Closable {
  readonly controls: Controls
  /** Asks now; who asks while somebody does hears the same. Null where there is no power control. */
  read(deviceId: string): Promise<PowerReading | null>
  /** For a list of devices: answers at once with what was heard in the last 30 s, and has the rest asked while somebody goes on looking. */
  glance(deviceId: string): Glance
  /** The act under way on a device, or the last one since the gateway started. */
  run(deviceId: string): PowerRun | null
  /**
   * Begins an act, which goes on by itself. Throws AppError `no-power-control` where there is none, and `in-use` while another one is
   * under way. Who may, the caller has made sure.
   */
  act(device: Switched, act: PowerAct, by: PowerActor): PowerRun
}

type Switched = Pick<DeviceRecord, 'id' | 'name' | 'projectId'>

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
  const queue = createPowerQueue(mostAtOnce)
  const closing = new AbortController()
  const asking = new Map<string, Promise<PowerReading>>()
  const runs = new Map<string, PowerRun>()
  const working = new Set<Promise<void>>()

  const signalFor = (ms: number) => AbortSignal.any([closing.signal, AbortSignal.timeout(ms)])

  async function status(deviceId: string): Promise<'on' | 'off'> {
    const access = await controls.accessOf(deviceId)
    return drivers.status({ ...access, signal: signalFor(statusMs) })
  }

  /** Undefined when nobody wanted it any more. */
  function statusInTurn(deviceId: string, turn: Omit<Turn, 'alone'>): Promise<'on' | 'off' | undefined> {
    const alone = addressOf(deviceId, controls.of(deviceId)?.control)
    return queue({ ...turn, alone }, () => status(deviceId))
  }

  async function perform(deviceId: string, step: PowerStep): Promise<void> {
    await queue({ for: 'order', alone: undefined }, async () => {
      const access = await controls.accessOf(deviceId)
      await drivers.perform(step, { ...access, signal: signalFor(stepMs) })
    })
  }

  async function reading(deviceId: string, turn: Omit<Turn, 'alone'>): Promise<PowerReading | undefined> {
    try {
      const power = await statusInTurn(deviceId, turn)
      return power && { power, at: clock.now() }
    } catch (error) {
      if (!(error instanceof LinkError)) throw error
      return { power: 'unknown', at: clock.now(), cause: error.reason }
    }
  }

  const glances = createGlances({
    clock,
    log,
    controlOf: (deviceId) => controls.of(deviceId),
    ask: (deviceId, wanted) =>
      reading(deviceId, { for: 'list', wanted: () => wanted() && !closing.signal.aborted }),
  })

  async function ask(deviceId: string): Promise<PowerReading> {
    const now = (await reading(deviceId, { for: 'look' })) ?? neverDropped()
    glances.heard(deviceId, now)
    return now
  }

  async function work(device: Switched, run: PowerRun, by: PowerActor): Promise<void> {
    const note = (change: Partial<PowerRun>) => {
      const now = runs.get(device.id) ?? run
      runs.set(device.id, { ...now, ...change })
    }
    const about = { by, projectId: device.projectId, deviceId: device.id, target: device.name }
    const detail = { ...by.capacity, ...wordsOf(run.act) }
    await audit.recordOrLog({ action: 'power.ordered', ...about, detail })
    const [state, words] = await doPowerAct(run.act, {
      status: async () => (await statusInTurn(device.id, { for: 'order' })) ?? neverDropped(),
      perform: (step) => perform(device.id, step),
      wait: (ms) => pause(clock, ms, closing.signal),
      now: () => clock.monotonic(),
      tell: (words) => note({ words }),
    }).then(
      (words) => ['done', words] as const,
      (error: unknown) => ['failed', inWords(error, log)] as const,
    )
    glances.forget(device.id)
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

    glance: (deviceId) => glances.of(deviceId),

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
      glances.forget(device.id)
      const working_ = work(device, run, by).finally(() => working.delete(working_))
      working.add(working_)
      return run
    },

    async close() {
      closing.abort(new LinkError({ code: 'timeout', message: 'The gateway is being stopped.' }))
      await Promise.all(working)
      await Promise.allSettled([...asking.values(), glances.settled()])
    },
  }
}

/** Where two devices would ask the same thing: not both at once. A program is asked of its device alone. */
function addressOf(deviceId: string, control: PowerControl | undefined): string {
  return control === undefined || control.kind === 'command' ? deviceId : `${control.host}:${control.port}`
}

/** Only what asks for a list can be dropped. */
function neverDropped(): never {
  throw new Error('A status that somebody waits for was dropped.')
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

const noControl = ({ name }: Switched): AppError =>
  new AppError(
    'no-power-control',
    `The power of ${name} is not set up here. An owner can do that under Power control.`,
  )

const underWay = ({ name }: Switched, { by }: PowerRun): AppError =>
  new AppError('in-use', `${by} is switching ${name} right now. Wait until that has ended, then look again.`)
