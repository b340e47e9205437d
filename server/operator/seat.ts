import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import type { Actor } from '../console/actor.ts'
import type { Attachment, HeldConsole, ViewerPermissions } from '../console/console.ts'
import type { ServerMessage } from '../contract/console.ts'
import type { SysRqKey } from '../contract/sysrq.ts'
import { lineRate } from './line-rate.ts'
import { Stopped } from './stopped.ts'
import type { Keyboard } from './typist.ts'

export interface SeatRequest {
  console: HeldConsole
  actor: Actor
  permissions: ViewerPermissions
  /** What it does here, after the user's name in the list of viewers: `paste`. */
  purpose: string
  /** Whoever types is asked for the lock, and has to grant it. Not by itself. */
  asks?: boolean
  clock: Clock
}

/** A keyboard at a console, with the write lock: a viewer of its own, under the name of the user for whom it types. */
export interface Seat extends Keyboard {
  readonly attachment: Attachment
  /** Who was asked for the lock; undefined where it is ours. */
  readonly asked: string | undefined
  /** Resolves when the lock is ours. Rejects with Stopped where whoever was asked did not grant it. */
  readonly ready: Promise<void>
  /** Sends a BREAK and this SysRq key after it. Resolves when they are sent; rejects with Stopped, as where the line carries no break. */
  sysRq(key: SysRqKey): Promise<void>
  /** Stops whatever types here. */
  stop(why: Stopped): void
  /** Gives the lock back to the page it came from, and leaves. */
  leave(): void
}

/**
 * Attaches and takes the lock, which another viewer of the same user hands over. Throws AppError `not-writer` when somebody else types,
 * `forbidden` when the user may not, `line-down`, `too-many-viewers`.
 */
export function takeSeat(request: SeatRequest): Seat {
  const { console, actor, permissions, clock } = request
  const state = console.summary().line.state
  if (state !== 'online') {
    throw new AppError(
      'line-down',
      'The line to the device is down, so nothing was typed. The state says why.',
    )
  }
  const ending = new AbortController()
  const listeners = new Set<(bytes: Uint8Array) => void>()
  const heeding = new Set<(message: ServerMessage) => void>()
  const stop = (why: Stopped): void => ending.abort(why)
  let attachment: Attachment | undefined
  let ours = false
  const attached = console.attach({
    actor: { ...actor, name: `${actor.name} (${request.purpose})` },
    permissions,
    // It takes the lock by itself, or leaves again.
    watchOnly: true,
    from: console.summary().end,
    screen: false,
    flow: 'sink',
    sink: {
      bytes(chunk) {
        for (const hear of [...listeners]) hear(chunk)
        return true
      },
      message(message) {
        for (const hear of [...heeding]) hear(message)
        if (attachment && (ours || message.type !== 'lock')) heed(message, { attachment, console, stop })
      },
      end: () => stop(new Stopped('failed', 'The gateway ended it: the console was taken away.')),
    },
  })
  const taken = takeLock(attached, request.asks === true, console)
  attachment = attached
  ours = taken.asked === undefined
  const grant = { attached, heeding, stopped: ending.signal }
  const ready = taken.asked === undefined ? Promise.resolve() : granted(taken.asked, grant)
  return {
    attachment: attached,
    asked: taken.asked?.name,
    ready: ready.then(() => {
      ours = true
    }),
    clock,
    rate: lineRate(console.spec.transport),
    stopped: ending.signal,
    stop,
    write: (bytes) => write(attached, bytes, ending.signal),
    sysRq(key) {
      const sent = Promise.withResolvers<void>()
      const hear = (message: ServerMessage): void => {
        if (message.type === 'break' && message.by === attached.viewerId) sent.resolve()
        if (message.type === 'error') sent.reject(new Stopped('failed', message.message))
      }
      const abort = (): void => sent.reject(ending.signal.reason)
      heeding.add(hear)
      ending.signal.addEventListener('abort', abort)
      attached.message({ type: 'sysrq', key })
      return sent.promise.finally(() => {
        heeding.delete(hear)
        ending.signal.removeEventListener('abort', abort)
      })
    },
    listen(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
    leave() {
      if (taken.handedBy !== null) attached.handLock(taken.handedBy)
      attached.detach()
    },
  }
}

interface Taken {
  /** Viewer that handed the lock over; null where it was free. */
  handedBy: string | null
  /** Who has it, and may be asked. */
  asked?: Holder
}

interface Holder {
  viewerId: string | null
  name: string
}

function takeLock(attachment: Attachment, asks: boolean, console: HeldConsole): Taken {
  try {
    return { handedBy: attachment.takeLock() }
  } catch (error) {
    if (asks && error instanceof AppError && error.code === 'not-writer') {
      const { writer } = console.summary()
      return { handedBy: null, asked: { viewerId: writer, name: nameOf(writer, console) } }
    }
    attachment.detach()
    throw error
  }
}

interface Grant {
  attached: Attachment
  heeding: Set<(message: ServerMessage) => void>
  stopped: AbortSignal
}

/** Asks for the lock. That time gives it to who waits is no answer: then it goes back. */
function granted({ viewerId, name }: Holder, { attached, heeding, stopped }: Grant): Promise<void> {
  const answer = Promise.withResolvers<void>()
  const refuse = (why: string) => answer.reject(new Stopped('cancelled', `${why} Nothing was typed.`))
  const unanswered = (): void => {
    try {
      if (viewerId !== null) attached.handLock(viewerId)
    } catch {
      // Who may not type any more gets nothing back.
    }
    refuse(`${name} did not answer, so this session is left alone.`)
  }
  const hear = (message: ServerMessage): void => {
    if (message.type !== 'lock') return
    const { event, lock } = message
    if (lock.writer === attached.viewerId) {
      // After everybody has been told that it came here.
      if (event === 'auto-granted') queueMicrotask(unanswered)
      else answer.resolve()
    } else if (event === 'declined' && lock.asking !== attached.viewerId) {
      refuse(`${name} did not agree that this session is used.`)
    }
  }
  const abort = (): void => answer.reject(stopped.reason)
  heeding.add(hear)
  stopped.addEventListener('abort', abort)
  attached.message({ type: 'ask' })
  return answer.promise.finally(() => {
    heeding.delete(hear)
    stopped.removeEventListener('abort', abort)
  })
}

function write(attachment: Attachment, bytes: Uint8Array, stopped: AbortSignal): void {
  if (stopped.aborted) throw stopped.reason
  try {
    attachment.type(bytes)
  } catch (error) {
    throw error instanceof AppError ? new Stopped('failed', error.message) : error
  }
}

type LockMessage = Extract<ServerMessage, { type: 'lock' }>

/** What happens on the console while something types. */
function heed(
  message: ServerMessage,
  { attachment, console, stop }: { attachment: Attachment; console: HeldConsole; stop: Seat['stop'] },
): void {
  if (message.type === 'state' && message.line.state !== 'online') {
    stop(new Stopped('failed', 'The line to the device went down.'))
  }
  if (message.type === 'bye') stop(new Stopped('failed', message.message))
  if (message.type !== 'lock') return
  const { lock } = message
  if (lock.writer !== attachment.viewerId) {
    stop(new Stopped('cancelled', lossWords(message, console)))
    // After everybody has been told of the request: an answer within it would overtake it.
  } else if (lock.asking !== null) queueMicrotask(() => attachment.message({ type: 'decline' }))
}

function lossWords({ event, by, reason }: LockMessage, console: HeldConsole): string {
  if (event !== 'forced') return 'The write lock was lost.'
  const why = reason === undefined ? '' : `: ${reason.replace(/[.\s]+$/, '')}`
  return `${nameOf(by, console)} took the write lock by force${why}.`
}

const nameOf = (viewerId: string | null, console: HeldConsole): string =>
  console.summary().viewers.find(({ id }) => id === viewerId)?.name ?? 'Somebody'
