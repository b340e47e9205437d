import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import type { ClientMessage, ServerMessage, Viewer } from '../contract/console.ts'
import { limits } from '../contract/limits.ts'
import type { SysRqKey } from '../contract/sysrq.ts'
import type { Actor } from './actor.ts'
import { Breaks, unsupportedBreak } from './breaks.ts'
import type { AttachRequest, ConsoleEvent } from './console.ts'
import { LinkInput } from './input-gate.ts'
import type { JobBoard } from './job-board.ts'
import { LockKeeper } from './lock-keeper.ts'
import type { Hand } from './logins/at-shell.ts'
import type { Logins } from './logins/logins.ts'
import type { Link } from './transport.ts'
import { ConsoleViewer, type LeaveReason, type ViewerHost } from './viewer.ts'
import type { LockChange } from './writer-lock.ts'

/** An event without what every event of a console has. */
export type Happening = ConsoleEvent extends infer E
  ? E extends ConsoleEvent
    ? Omit<E, 'spec' | 'at' | 'offset'>
    : never
  : never

export interface ViewersOptions {
  clock: Clock
  log: Log
  viewersPerConsole: number
  inputBytesPerSecond: number
  writerIdleMinutes: number
  /** The link while the line is online. */
  link(): Link | undefined
  /** Somebody typed. */
  typed(): void
  /** Moves a viewer to another position, or to where a newcomer begins. Throws AppError. */
  resume(viewer: ConsoleViewer, from: number | undefined): void
  jobs: JobBoard
  logins: Pick<Logins, 'setSize' | 'logOut' | 'typed' | 'left'>
  /** Somebody came or left. */
  counted(viewers: number): void
  record(happening: Happening): void
}

/** Everybody attached to one console, and the lock that says whose keys reach the device. */
export class Viewers implements ViewerHost {
  readonly #options: ViewersOptions
  readonly #viewers = new Map<string, ConsoleViewer>()
  readonly #lock: LockKeeper
  readonly #input = new LinkInput()
  readonly #breaks: Breaks

  constructor(options: ViewersOptions) {
    this.#options = options
    this.#breaks = new Breaks(options.clock)
    this.#lock = new LockKeeper({
      clock: options.clock,
      times: lockTimes(options.writerIdleMinutes),
      changed: (change) => this.#lockChanged(change),
    })
  }

  get size(): number {
    return this.#viewers.size
  }

  [Symbol.iterator](): Iterator<ConsoleViewer> {
    return this.#viewers.values()
  }

  get lock(): LockKeeper {
    return this.#lock
  }

  /** Whether somebody is here who may write. */
  get attended(): boolean {
    return [...this.#viewers.values()].some(({ permissions }) => permissions.write)
  }

  /** Who holds the lock. */
  get writer(): Actor | null {
    const { writer } = this.#lock
    return writer === null ? null : (this.#viewers.get(writer)?.actor ?? null)
  }

  shown(): Viewer[] {
    return [...this.#viewers.values()].map((viewer) => viewer.shown)
  }

  has(userId: string): boolean {
    return this.#countOf(userId) > 0
  }

  /** Throws AppError `too-many-viewers`. The viewer counts at once, and is told things once it has its feed. */
  admit(request: AttachRequest): ConsoleViewer {
    const { clock, log, viewersPerConsole, inputBytesPerSecond } = this.#options
    if (this.#viewers.size >= viewersPerConsole) {
      throw new AppError(
        'too-many-viewers',
        `${this.#viewers.size} viewers are attached to this console, and no more are allowed. Try again when one has left.`,
      )
    }
    if (this.#countOf(request.actor.id) >= limits.viewersPerUser) {
      throw new AppError(
        'too-many-viewers',
        `You are attached to this console ${limits.viewersPerUser} times, and no more are allowed. Close one of them.`,
      )
    }
    const id = newId('vwr')
    const viewer = new ConsoleViewer({ id, request, host: this, clock, log, inputBytesPerSecond })
    this.#viewers.set(id, viewer)
    this.#options.counted(this.#viewers.size)
    const seat = { id, mayWrite: request.permissions.write, watchOnly: request.watchOnly }
    const role = this.#lock.wouldTake(seat) ? 'writer' : 'spy'
    this.#options.record({ type: 'attached', viewerId: id, actor: request.actor, role })
    this.#lock.act({ type: 'attach', seat })
    this.#tellViewers(id)
    return viewer
  }

  /** Tells everybody attached, except one. */
  tell(message: ServerMessage, except?: string): void {
    for (const viewer of [...this.#viewers.values()]) {
      if (viewer.viewerId !== except) viewer.tell(message)
    }
  }

  dismissAll(reason: Exclude<LeaveReason, 'left'>, message: string): void {
    for (const viewer of [...this.#viewers.values()]) viewer.dismiss(reason, message)
    this.#lock.close()
  }

  setIdleMinutes(minutes: number): void {
    this.#lock.setTimes(lockTimes(minutes))
  }

  type(viewer: ConsoleViewer, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (bytes.length > limits.inputFrameBytes) {
      throw new AppError(
        'too-large',
        `${bytes.length} bytes are more than the ${limits.inputFrameBytes} a console takes at once; none was sent. Send them in smaller pieces.`,
      )
    }
    const link = this.#mayTouch(viewer)
    this.#breaks.letPass()
    viewer.rate.take(bytes.length)
    this.#lock.act({ type: 'type', id: viewer.viewerId })
    this.#input.write(link, bytes)
    this.#options.typed()
    this.#options.logins.typed(bytes)
    viewer.typedBytes += bytes.length
  }

  /** Types for the gateway itself, which comes after everybody who may write. Throws AppError. */
  typeUnattended(bytes: Uint8Array): void {
    const link = this.#options.link()
    if (this.attended || link === undefined) {
      throw new AppError('line-down', 'Somebody has come back, or the line to the device is down.')
    }
    this.#input.write(link, bytes)
  }

  message(viewer: ConsoleViewer, message: ClientMessage): void {
    const id = viewer.viewerId
    switch (message.type) {
      case 'ack':
        viewer.feed?.ack(message.offset)
        break
      case 'resume':
        this.#options.resume(viewer, message.from)
        break
      case 'break':
        this.#break(viewer, null)
        break
      case 'sysrq':
        this.#break(viewer, message.key)
        break
      case 'set-size':
        this.#atShell(viewer, (hand) => this.#options.logins.setSize(viewer.actor, hand))
        break
      case 'log-out':
        this.#atShell(viewer, (hand) => this.#options.logins.logOut(viewer.actor, hand))
        break
      case 'force':
        this.#force(viewer, message.reason)
        break
      case 'cancel-job':
        this.#options.jobs.cancel(viewer.actor, viewer.permissions.force, message.job)
        break
      default:
        this.#lock.act({ type: message.type, id })
    }
  }

  permit(viewer: ConsoleViewer): void {
    const { viewerId: id, permissions } = viewer
    const before = this.#lock.writer
    this.#lock.act({ type: 'permit', id, mayWrite: permissions.write })
    // Renewed every few seconds for every viewer: only a change is worth a word.
    if (viewer.toldMayWrite === permissions.write && before === this.#lock.writer) return
    viewer.toldMayWrite = permissions.write
    this.#tellViewers()
    if (!permissions.write) this.#options.logins.left(viewer.actor)
  }

  takeLock(viewer: ConsoleViewer): string | null {
    const { writer } = this.#lock
    if (writer === null) this.#lock.act({ type: 'ask', id: viewer.viewerId })
    if (writer === null || writer === viewer.viewerId) return null
    const holder = this.#viewers.get(writer)
    if (holder?.actor.id !== viewer.actor.id) {
      throw new AppError(
        'not-writer',
        `${holder?.actor.name ?? 'Somebody else'} types on this console, so nothing was typed. Ask for the lock first.`,
      )
    }
    this.#lock.act({ type: 'hand', id: writer, to: viewer.viewerId })
    return writer
  }

  handLock(viewer: ConsoleViewer, to: string): void {
    if (this.#lock.writer !== viewer.viewerId || !this.#viewers.has(to)) return
    this.#lock.act({ type: 'hand', id: viewer.viewerId, to })
  }

  leave(viewer: ConsoleViewer, reason: LeaveReason): void {
    const { viewerId, actor, typedBytes } = viewer
    this.#lock.act({ type: 'detach', id: viewerId })
    this.#viewers.delete(viewerId)
    this.#options.counted(this.#viewers.size)
    this.#options.record({ type: 'detached', viewerId, actor, typedBytes, reason })
    this.#tellViewers()
    if (viewer.permissions.write) this.#options.logins.left(actor)
  }

  /** What the gateway types at a shell for a viewer, who must hold the lock all the while. */
  #atShell(viewer: ConsoleViewer, act: (hand: Hand) => Promise<void>): void {
    this.#mayTouch(viewer)
    this.#lock.act({ type: 'type', id: viewer.viewerId })
    act((bytes) => this.type(viewer, bytes)).catch((error: unknown) => viewer.refuse(error))
  }

  #countOf(userId: string): number {
    return [...this.#viewers.values()].filter(({ actor }) => actor.id === userId).length
  }

  #force(viewer: ConsoleViewer, reason: string): void {
    if (!viewer.permissions.force) {
      throw new AppError(
        'forbidden',
        'Only an owner of the project may take the lock by force. Ask the writer for it instead.',
      )
    }
    this.#lock.act({ type: 'force', id: viewer.viewerId, reason })
  }

  #break(viewer: ConsoleViewer, key: SysRqKey | null): void {
    if (!viewer.permissions.break) {
      throw new AppError('forbidden', 'You may not send a break on this console.')
    }
    const link = this.#mayTouch(viewer)
    if (!link.breakSupported) throw unsupportedBreak()
    const { viewerId, actor } = viewer
    this.#lock.act({ type: 'type', id: viewerId })
    const sent = (): void => {
      if (key !== null) viewer.typedBytes += 1
      this.#options.record({ type: 'break', viewerId, actor, key })
      this.tell({ type: 'break', by: viewerId, key })
    }
    const isUp = (): boolean => this.#options.link() === link
    this.#breaks.send(link, key, isUp).then(sent, (error: unknown) => viewer.refuse(error))
  }

  /** The link, when this viewer may send something to the device on it. Takes no lock yet: what is refused changes nothing. */
  #mayTouch(viewer: ConsoleViewer): Link {
    const { writer } = this.#lock
    const refused = !viewer.permissions.write || (writer !== null && writer !== viewer.viewerId)
    if (refused) this.#lock.act({ type: 'type', id: viewer.viewerId })
    const link = this.#options.link()
    if (link === undefined) {
      throw new AppError(
        'line-down',
        'The line to the device is down, so nothing was sent. The state says why.',
      )
    }
    return link
  }

  #lockChanged({ lock, event, by, reason }: LockChange): void {
    const shown = this.#lock.shown(lock)
    this.tell({ type: 'lock', lock: shown, event, by, ...(reason !== undefined && { reason }) })
    const actorOf = (id: string | null) => (id === null ? null : (this.#viewers.get(id)?.actor ?? null))
    this.#options.record({
      type: 'lock',
      event,
      actor: actorOf(by),
      writer: actorOf(lock.writer),
      lock: shown,
      reason: reason ?? null,
    })
  }

  #tellViewers(except?: string): void {
    this.tell({ type: 'viewers', viewers: this.shown() }, except)
  }
}

function lockTimes(idleMinutes: number): { autoGrantMs: number; idleMs: number } {
  return { autoGrantMs: limits.autoGrantMs, idleMs: idleMinutes * 60_000 }
}
