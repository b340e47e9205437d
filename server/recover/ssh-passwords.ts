import { actorOf } from '../access/actor.ts'
import type { Principal } from '../access/can.ts'
import type { Audit } from '../audit/audit.ts'
import type { Actor, Detail } from '../audit/entry.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError, notFound } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { Secret } from '../base/secret.ts'
import type { AuditAction } from '../contract/audit.ts'
import type { PushAgent } from '../contract/pushes.ts'
import type { SshPasswordChange } from '../contract/ssh-password.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { AgentSeat, type SeatedAgent } from '../inject/agent-seat.ts'
import type { AgentWire } from '../inject/agent-talks.ts'
import type { SshWay } from '../inject/over-ssh.ts'
import type { DeviceKeys } from '../keys/device-keys.ts'
import type { JobPlace } from '../operator/job-run.ts'
import type { Jobs, StartedJob } from '../operator/jobs.ts'
import { Stopped } from '../operator/stopped.ts'
import type { PowerActor } from '../power/power.ts'
import { proveOnConsole } from './prove-on-console.ts'
import { notChanged, type SshPasswordEnd, setOverSsh } from './ssh-password.ts'

/** How one stands, whoever looks at it. */
export interface SshPasswordState extends Omit<SshPasswordChange, 'agent'> {
  userId: string | null
  agent: PushAgent | null
}

export interface SshPasswordOrder {
  next: Secret
  /** Root's of now; nothing where the agent of who orders it logs in. */
  password: Secret | undefined
  port: number
  /** Fingerprint that is accepted where none was heard on the console. */
  hostKey: string | undefined
}

/** What it works with, as things stand when it begins to. */
export interface ReadySshPassword {
  device: DeviceRecord
  place: JobPlace
  seal(): Promise<void>
  follow(started: StartedJob): void
}

export interface SshPasswordCaller {
  by: PowerActor
  /** Asked when the agent has come: undefined where who ordered it may no more. */
  prepare(): Promise<ReadySshPassword | undefined>
}

/** New root passwords over SSH, one at a time for a device. Who may order and stop them, the caller has made sure. */
export interface SshPasswords extends Closable {
  of(deviceId: string): SshPasswordState | null
  /** Begins, and goes on by itself. Throws AppError `in-use` while one is under way. */
  begin(device: DeviceRecord, order: SshPasswordOrder, caller: SshPasswordCaller): Promise<void>
  /** Stops what is under way. Throws AppError `not-found` when nothing is. */
  stop(deviceId: string, by: Principal): void
  /** Throws AppError: `not-found` where there is none, `forbidden` for who did not order it, `bad-request` where none is wanted. */
  seatFor(deviceId: string, by: Principal): { attach(wire: AgentWire): SeatedAgent }
  forget(deviceId: string): void
}

export interface SshPasswordsParts {
  jobs: Pick<Jobs, 'drive'>
  audit: Pick<Audit, 'recordOrLog'>
  deviceKeys: Pick<DeviceKeys, 'seen'>
  /** Fingerprint of the host key of a device's own SSH server that was heard out of band. */
  hostKeyOf(deviceId: string): Promise<string | undefined>
  clock: Clock
  log: Log
}

interface Running {
  device: DeviceRecord
  seat: AgentSeat | undefined
  ending: AbortController
  done: Promise<void>
}

export function createSshPasswords(parts: SshPasswordsParts): SshPasswords {
  const { jobs, audit, deviceKeys, hostKeyOf, clock, log } = parts
  const known = new Map<string, SshPasswordState>()
  const running = new Map<string, Running>()

  function note(deviceId: string, change: Partial<SshPasswordState>): void {
    const now = known.get(deviceId)
    if (now !== undefined) known.set(deviceId, { ...now, ...change })
  }

  function record(action: AuditAction, device: DeviceRecord, by: Actor, detail: Detail): Promise<void> {
    const { id: deviceId, projectId, name: target } = device
    return audit.recordOrLog({ action, by, deviceId, projectId, target, detail })
  }

  async function wayTo(
    device: DeviceRecord,
    { password, port, hostKey }: SshPasswordOrder,
    { seat, ending }: Omit<Running, 'done'>,
  ): Promise<SshWay> {
    const agent = seat?.for(device.name)
    const none = { privateKey: undefined, passphrase: undefined }
    return {
      ...none,
      host: device.address ?? '',
      port,
      username: 'root',
      hostKey: (await hostKeyOf(device.id)) ?? hostKey,
      password,
      agent: agent && { agent, likely: await deviceKeys.seen(device.id) },
      allowLocalTargets: device.allowLocalTargets,
      clock,
      signal: ending.signal,
    }
  }

  async function set(
    deviceId: string,
    order: SshPasswordOrder,
    { by, prepare }: SshPasswordCaller,
    run: Omit<Running, 'done'>,
  ): Promise<SshPasswordEnd> {
    const { seat, ending } = run
    try {
      await seat?.attached(ending.signal)
    } catch (error) {
      return notChanged(error, ending.signal)
    }
    const ready = await prepare()
    if (ready === undefined) return notChanged(new Stopped('failed', mayNoMore(by.label)), ending.signal)
    note(deviceId, { state: 'running' })
    const { device, place, seal, follow } = ready
    const { signal } = ending
    return setOverSsh({
      next: order.next,
      way: await wayTo(device, order, run),
      seal,
      proveOnConsole: () => proveOnConsole({ jobs, place, password: order.next, follow, signal }),
      tell: (message) => note(deviceId, { message }),
      loggedInBy: (agentKey) => note(deviceId, { loginKey: agentKey ?? null }),
    })
  }

  async function work(
    device: DeviceRecord,
    order: SshPasswordOrder,
    caller: SshPasswordCaller,
    run: Omit<Running, 'done'>,
  ): Promise<void> {
    const end = await set(device.id, order, caller, run).catch((error: unknown): SshPasswordEnd => {
      log.error({ err: error, deviceId: device.id }, 'a new root password over SSH failed')
      return { state: 'failed', changed: 'unknown', proof: null, cause: null, message: failedWords }
    })
    run.seat?.end('It is over.')
    note(device.id, { ...end, agent: run.seat?.view ?? null, endedAt: clock.now() })
    running.delete(device.id)
    const { state, changed, proof } = end
    const loginKey = known.get(device.id)?.loginKey ?? null
    const detail = { ...caller.by.capacity, state, changed, proof, loginKey }
    await record('root-password.ended', device, caller.by, detail)
  }

  return {
    of(deviceId) {
      const state = known.get(deviceId)
      if (state === undefined) return null
      const seat = running.get(deviceId)?.seat
      return seat === undefined ? state : { ...state, agent: seat.view }
    },

    async begin(device, order, caller) {
      const { id: deviceId, name } = device
      const { by } = caller
      if (running.has(deviceId)) throw new AppError('in-use', underWay(name))
      const seat = order.password === undefined ? new AgentSeat(clock) : undefined
      const run = { device, seat, ending: new AbortController() }
      known.set(deviceId, { ...begun(by, clock.now()), state: seat === undefined ? 'running' : 'waiting' })
      const ordered = record('root-password.ordered', device, by, {
        ...by.capacity,
        agent: seat !== undefined,
      })
      const done = ordered.then(() => work(device, order, caller, run))
      running.set(deviceId, { ...run, done })
      await ordered
    },

    stop(deviceId, by) {
      const run = running.get(deviceId)
      if (run === undefined) throw notFound()
      run.ending.abort(new Stopped('cancelled', `${by.name} stopped it.`))
    },

    seatFor(deviceId, by) {
      const state = known.get(deviceId)
      if (state === undefined) throw notFound()
      if (state.userId !== by.userId) throw new AppError('forbidden', notTheirs(state.by))
      const run = running.get(deviceId)
      if (run === undefined) throw new AppError('already-exists', isOver)
      const { seat } = run
      if (seat === undefined) throw new AppError('bad-request', noAgentWanted)
      return {
        attach(wire) {
          const seated = seat.attach(wire)
          void record('root-password.agent-attached', run.device, actorOf(by), {})
          return seated
        },
      }
    },

    forget(deviceId) {
      running.get(deviceId)?.ending.abort(new Stopped('failed', 'The device is not there any more.'))
      known.delete(deviceId)
    },

    async close() {
      for (const { ending } of running.values()) {
        ending.abort(new Stopped('failed', 'The gateway is shutting down.'))
      }
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}

function begun({ id: userId, label: by }: PowerActor, startedAt: number) {
  const nothing = { changed: 'no', proof: null, loginKey: null, cause: null, agent: null } as const
  return { ...nothing, id: newId('spw'), userId, by, startedAt, endedAt: null, message: 'Begins.' }
}

const mayNoMore = (name: string) => `${name} may not set root’s password on this device any more.`
const underWay = (name: string) =>
  `A new root password of ${name} is being set over SSH. Wait until that has ended, or stop it.`
const notTheirs = (name: string) =>
  `Only ${name}, who ordered this, may attach an ssh agent to it: it logs in on their behalf.`
const noAgentWanted = 'This needs no ssh agent: it logs in with the password of now.'
const isOver = 'This is over. Order it anew, and attach to that.'
const failedWords = 'Something went wrong in the gateway. Its log says what.'
