import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { ClientMessage, ServerMessage, Viewer } from '../contract/console.ts'
import type { Attachment, AttachRequest, ConsoleEvent, ViewerPermissions } from './console.ts'
import type { Feed } from './feed.ts'
import { InputRate } from './input-gate.ts'

export type LeaveReason = Extract<ConsoleEvent, { type: 'detached' }>['reason']

/** What a viewer wants of its console. Refusals are thrown as AppError and told to the viewer. */
export interface ViewerHost {
  type(viewer: ConsoleViewer, bytes: Uint8Array): void
  message(viewer: ConsoleViewer, message: ClientMessage): void
  permit(viewer: ConsoleViewer): void
  takeLock(viewer: ConsoleViewer): string | null
  handLock(viewer: ConsoleViewer, to: string): void
  leave(viewer: ConsoleViewer, reason: LeaveReason): void
}

export interface ViewerOptions {
  id: string
  request: AttachRequest
  host: ViewerHost
  clock: Clock
  log: Log
  inputBytesPerSecond: number
}

/** One attached person or program. */
export class ConsoleViewer implements Attachment {
  readonly viewerId: string
  readonly actor: AttachRequest['actor']
  readonly request: AttachRequest
  readonly rate: InputRate
  readonly #options: ViewerOptions
  readonly #attachedAt: number
  permissions: ViewerPermissions
  /** What everybody has been told of `permissions.write`. */
  toldMayWrite: boolean
  /** Bytes typed that went to the device. */
  typedBytes = 0
  /** Set when `attached` has been sent; nothing that happens on the console is told before. */
  feed: Feed | undefined
  #ended = false

  constructor(options: ViewerOptions) {
    const { id, request, clock, inputBytesPerSecond } = options
    this.#options = options
    this.viewerId = id
    this.actor = request.actor
    this.request = request
    this.permissions = request.permissions
    this.toldMayWrite = request.permissions.write
    this.rate = new InputRate(clock, inputBytesPerSecond)
    this.#attachedAt = clock.now()
  }

  get ended(): boolean {
    return this.#ended
  }

  /** As others see it. */
  get shown(): Viewer {
    return {
      id: this.viewerId,
      userId: this.actor.id,
      name: this.actor.name,
      mayWrite: this.permissions.write,
      attachedAt: this.#attachedAt,
    }
  }

  input(bytes: Uint8Array): void {
    this.#try(() => this.#options.host.type(this, bytes))
  }

  message(message: ClientMessage): void {
    this.#try(() => this.#options.host.message(this, message))
  }

  type(bytes: Uint8Array): void {
    this.#demandAttached()
    this.#options.host.type(this, bytes)
  }

  takeLock(): string | null {
    this.#demandAttached()
    return this.#options.host.takeLock(this)
  }

  handLock(to: string): void {
    if (!this.#ended) this.#options.host.handLock(this, to)
  }

  drained(): void {
    this.feed?.drained()
  }

  permit(permissions: ViewerPermissions): void {
    this.permissions = permissions
    this.#try(() => this.#options.host.permit(this))
  }

  expel(code: 'revoked' | 'kicked', message: string): void {
    this.dismiss(code, message)
  }

  detach(): void {
    this.#end('left')
  }

  /** Says goodbye and ends the viewer from the console's side. */
  dismiss(code: Exclude<LeaveReason, 'left'>, message: string): void {
    if (this.#ended) return
    this.request.sink.message({ type: 'bye', code, message })
    this.#end(code)
    this.request.sink.end()
  }

  /** Tells what happens on the console. */
  tell(message: ServerMessage): void {
    if (this.feed !== undefined && !this.#ended) this.request.sink.message(message)
  }

  /** Tells what became of something this viewer wanted. */
  refuse(error: unknown): void {
    if (this.#ended) return
    if (!(error instanceof AppError)) {
      this.#options.log.error({ error: String(error) }, 'a viewer could not be served')
    }
    const { code, message } =
      error instanceof AppError ? error : new AppError('internal', 'Something went wrong in the gateway.')
    this.request.sink.message({ type: 'error', code, message })
  }

  #end(reason: LeaveReason): void {
    if (this.#ended) return
    this.#ended = true
    this.feed?.end()
    this.#options.host.leave(this, reason)
  }

  #demandAttached(): void {
    if (this.#ended) throw new AppError('not-writer', 'This viewer has left the console.')
  }

  #try(act: () => void): void {
    if (this.#ended) return
    try {
      act()
    } catch (error) {
      this.refuse(error)
    }
  }
}
