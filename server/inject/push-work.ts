import { actorOf } from '../access/actor.ts'
import { AppError } from '../base/errors.ts'
import { LinkError } from '../console/transport.ts'
import type { PushDeviceResult } from '../contract/pushes.ts'
import { Stopped } from '../operator/stopped.ts'
import { pushRepository } from '../store/pushes.ts'
import { AgentSeat } from './agent-seat.ts'
import { deviceEnded } from './push-audit.ts'
import type { PasswordSource } from './push-order.ts'
import type { PushCaller, PushesParts } from './push-parts.ts'
import { type DeviceState, noResult, type PushState, rowOf } from './push-run.ts'
import { doTask } from './push-task.ts'

export interface PushWorkParts extends PushesParts, PushCaller {
  password: PasswordSource
  queue(deviceId: string, work: () => Promise<void>): Promise<void>
}

type Ending = Pick<DeviceState, 'state' | 'message'> & { result: PushDeviceResult }

/** A push under way. */
export class PushWork {
  /** Where an agent is attached, if one is to log in. */
  readonly seat: AgentSeat | undefined
  /** When every device has ended. Never rejects. */
  readonly done: Promise<void>
  readonly #parts: PushWorkParts
  readonly #ending = new AbortController()
  #stoppedAs: 'cancelled' | 'interrupted' = 'cancelled'
  #state: PushState
  /** Why there is no agent. */
  #missing: unknown

  constructor(state: PushState, parts: PushWorkParts) {
    this.#state = state
    this.#parts = parts
    this.seat = state.order.agent === true ? new AgentSeat(parts.clock) : undefined
    this.done = this.#work()
  }

  get state(): PushState {
    return { ...this.#state, agent: this.seat?.view ?? null }
  }

  /** What waits ends at once; what is under way is put in order first. */
  async stop(as: 'cancelled' | 'interrupted', words: { begun: string; waiting: string }): Promise<void> {
    this.#stoppedAs = as
    this.#ending.abort(new Stopped('cancelled', words.begun))
    const waiting = this.#state.devices.filter(({ state }) => state === 'queued')
    const ended = { state: as, message: words.waiting, endedAt: this.#parts.clock.now() }
    for (const device of waiting.map(({ deviceId }) => this.#change(deviceId, ended)))
      await this.#save(device)
  }

  async #work(): Promise<void> {
    const { queue, clock, store } = this.#parts
    const devices = this.#state.devices.map(({ deviceId }) => deviceId)
    await this.#agent()
    await Promise.all(devices.map((deviceId) => queue(deviceId, () => this.#device(deviceId))))
    const endedAt = clock.now()
    this.#state = { ...this.#state, push: { ...this.#state.push, endedAt } }
    await this.#orLog(pushRepository(store).end(this.#state.push.id, endedAt))
    this.seat?.end('The push is over.')
  }

  /** Waits for it. Where it does not come, each device says so. */
  async #agent(): Promise<void> {
    if (this.seat === undefined) return
    const tell = (message: string) => {
      const waiting = this.#state.devices.filter(({ state }) => state === 'queued')
      for (const { deviceId } of waiting) this.#change(deviceId, { message })
    }
    tell(`Waits for the ssh agent of ${this.#state.push.userName}.`)
    try {
      await this.seat.attached(this.#ending.signal)
      tell('Waits for its turn.')
    } catch (error) {
      this.#missing = error
    }
  }

  async #device(deviceId: string): Promise<void> {
    const { clock, audit, principal } = this.#parts
    if (this.#ending.signal.aborted) return
    await this.#save(this.#change(deviceId, { state: 'running', message: 'Begins.', startedAt: clock.now() }))
    const ending = await this.#attempt(deviceId).catch((error: unknown) => this.#failed(deviceId, error))
    const ended = this.#change(deviceId, { ...ending, endedAt: clock.now() })
    await this.#save(ended)
    await audit.recordOrLog(deviceEnded(this.#state, ended, actorOf(principal)))
  }

  async #attempt(deviceId: string): Promise<Ending> {
    const { push, order } = this.#state
    const { signal } = this.#ending
    signal.throwIfAborted()
    if (this.#missing !== undefined) throw this.#missing
    const result = (known: Partial<PushDeviceResult>) =>
      this.#change(deviceId, { result: { ...this.#resultOf(deviceId), ...known } })
    const { message, result: whole } = await doTask(
      {
        ...this.#parts,
        seat: this.seat,
        pushId: push.id,
        deviceId,
        order,
        signal,
        tell: (message) => this.#change(deviceId, { message }),
        // The host is the same one, whichever way is gone to it.
        chosen: (choice) => result({ ...noResult, hostKey: this.#resultOf(deviceId).hostKey, ...choice }),
        metHost: (hostKey) => result({ hostKey }),
        loggedInBy: (loginKey) => result({ loginKey }),
      },
      this.#parts,
    )
    return { state: 'done', message, result: whole }
  }

  #failed(deviceId: string, error: unknown): Ending {
    const result = this.#resultOf(deviceId)
    if (this.#ending.signal.aborted) {
      const message = error instanceof Error ? error.message : ''
      const reason: Stopped = this.#ending.signal.reason
      return { state: this.#stoppedAs, message: error instanceof Stopped ? message : reason.message, result }
    }
    if (error instanceof Stopped) return { state: error.kind, message: error.message, result }
    if (error instanceof LinkError) {
      return { state: 'failed', message: error.reason.message, result: { ...result, cause: error.reason } }
    }
    if (error instanceof AppError) return { state: 'failed', message: error.message, result }
    this.#parts.log.error({ err: error, deviceId }, 'a push failed')
    return { state: 'failed', message: 'Something went wrong in the gateway. Its log says what.', result }
  }

  #resultOf(deviceId: string): PushDeviceResult {
    return this.#state.devices.find((device) => device.deviceId === deviceId)?.result ?? noResult
  }

  #change(deviceId: string, change: Partial<DeviceState>): DeviceState {
    const revision = this.#state.revision + 1
    const devices = this.#state.devices.map((device) =>
      device.deviceId === deviceId ? { ...device, ...change, revision } : device,
    )
    this.#state = { ...this.#state, devices, revision }
    const changed = devices.find((device) => device.deviceId === deviceId)
    if (changed === undefined) throw new Error('A push works on a device that is not of it.')
    return changed
  }

  #save(device: DeviceState): Promise<void> {
    return this.#orLog(pushRepository(this.#parts.store).saveDevice(rowOf(this.#state.push.id, device)))
  }

  /** On a full disk the push goes on; after a restart it is said to be interrupted. */
  async #orLog(work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) =>
      this.#parts.log.error(
        { err: error, push: this.#state.push.id },
        'how a push stands could not be saved',
      ),
    )
  }
}
