import { Secret } from '../../server/base/secret.ts'
import type { ConsoleSpec, Transports } from '../../server/console/console.ts'
import type { Link, LinkEvents, OpenRequest, Transport } from '../../server/console/transport.ts'
import { LinkError } from '../../server/console/transport.ts'
import type { Cause } from '../../server/contract/line.ts'
import type { TransportKind } from '../../server/contract/transports.ts'

const closedByFarEnd: Cause = { code: 'closed-by-far-end', message: 'The device closed the connection.' }

/** What a connection attempt meets: a device, a refusal, or silence until the attempt is given up. */
export type Answer = 'device' | 'silence' | 'deaf' | Cause

/** A device whose line does what the test says, behind the interface of a transport. */
export class ScriptedDevice {
  /** What the next attempts meet. `deaf` does not even give up when told to. */
  answer: Answer = 'device'
  /** Whether its link closes at once or when the test says. */
  closeSlowly = false
  /** Whether the link takes input; what it does not take waits. */
  stuck = false
  breakSupported = true
  attempts = 0
  /** Links open now, and the most there ever were at a time. */
  open = 0
  mostOpen = 0
  breaks = 0
  /** It was asked to wait. What it prints comes all the same. */
  paused = false
  requests: OpenRequest[] = []
  #events: LinkEvents | undefined
  #release: () => void = () => undefined
  #typed: Buffer[] = []
  #closing: (() => void)[] = []
  #draining: (() => void)[] = []

  get typed(): string {
    return Buffer.concat(this.#typed).toString()
  }

  get online(): boolean {
    return this.#events !== undefined
  }

  print(text: string | Uint8Array): void {
    if (this.#events === undefined) throw new Error('Nobody is on the line.')
    this.#events.data(Buffer.from(text))
  }

  lose(bytes: number): void {
    this.#events?.lost(bytes)
  }

  /** Ends the link from the far side. */
  cut(cause: Cause = closedByFarEnd): void {
    const events = this.#events
    if (events === undefined) throw new Error('Nobody is on the line.')
    this.#release()
    this.#drain()
    events.closed(cause)
  }

  /** Lets slow closes end. */
  finishClosing(): void {
    for (const finish of this.#closing.splice(0)) finish()
  }

  /** Takes what waits. */
  unstick(): void {
    this.stuck = false
    this.#drain()
  }

  connect(request: OpenRequest): Promise<Link> {
    this.attempts += 1
    this.requests.push(request)
    const { answer } = this
    if (answer === 'device') return Promise.resolve(this.#link(request.events))
    if (answer === 'deaf') return new Promise(() => undefined)
    if (answer !== 'silence') return Promise.reject(new LinkError(answer))
    return new Promise((_, reject) => {
      const giveUp = (): void => reject(new LinkError({ code: 'timeout', message: 'No answer in time.' }))
      if (request.signal.aborted) giveUp()
      request.signal.addEventListener('abort', giveUp)
    })
  }

  #link(events: LinkEvents): Link {
    this.open += 1
    this.mostOpen = Math.max(this.mostOpen, this.open)
    this.#events = events
    let closed = false
    let held = true
    const release = (): void => {
      if (held) this.open -= 1
      held = false
      if (this.#events === events) this.#events = undefined
    }
    this.#release = release
    return {
      breakSupported: this.breakSupported,
      write: (bytes) => {
        this.#typed.push(Buffer.from(bytes))
        return !this.stuck
      },
      drained: () =>
        this.stuck ? new Promise((resolve) => this.#draining.push(resolve)) : Promise.resolve(),
      pause: () => {
        this.paused = true
      },
      resume: () => {
        this.paused = false
      },
      sendBreak: async () => {
        this.breaks += 1
      },
      close: async () => {
        if (closed) return
        closed = true
        this.#drain()
        if (this.closeSlowly) await new Promise<void>((resolve) => this.#closing.push(resolve))
        release()
      },
    }
  }

  #drain(): void {
    for (const resolve of this.#draining.splice(0)) resolve()
  }
}

/** Transports of which `tcp` reaches scripted devices by their host name. */
export function scriptedTransports(devices: Record<string, ScriptedDevice>): Transports {
  const transport = (kind: TransportKind): Transport => ({
    kind,
    open(request) {
      const device = request.config.kind === 'tcp' ? devices[request.config.host] : undefined
      if (device === undefined) throw new Error('There is no such scripted device.')
      return device.connect(request)
    },
  })
  const kinds = ['ssh', 'ipmi-sol', 'telnet', 'tcp', 'unix', 'tty', 'command', 'demo'] as const
  return Object.fromEntries(kinds.map((kind) => [kind, transport(kind)])) as unknown as Transports
}

/** The spec of a scripted device. */
export function specOf(host: string, changes: Partial<ConsoleSpec> = {}): ConsoleSpec {
  return {
    deviceId: `dev_${host}`,
    projectId: 'prj_fleet',
    name: host,
    enabled: true,
    transport: { kind: 'tcp', host, port: 4001 },
    secrets: { password: new Secret('calvin') },
    settings: { writerIdleMinutes: 10, logoutOnDetach: false, size: { rows: 24, cols: 80 } },
    allowLocalTargets: false,
    ...changes,
  }
}
