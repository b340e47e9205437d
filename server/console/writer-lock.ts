import type { LockState } from '../contract/console.ts'
import type { ErrorCode } from '../contract/errors.ts'
import type { LockEvent } from './console.ts'

/** A viewer as the lock sees it. One that watches only never gets the lock without asking for it. */
export interface Seat {
  id: string
  mayWrite: boolean
  watchOnly: boolean
}

/** Wall time is shown to people, monotonic time decides: a clock that jumps moves no lock. */
export interface Moment {
  wall: number
  monotonic: number
}

export interface WriterLock {
  seats: readonly Seat[]
  writer: string | null
  since: number | null
  /** Monotonic time of the writer's last key, or of getting the lock. */
  activeAt: number
  /** Who asks, first come first served. The first one's request is shown and has the time limit. */
  queue: readonly string[]
  askedAt: Moment
}

export type LockAct =
  | { type: 'attach'; seat: Seat }
  | { type: 'detach'; id: string }
  | { type: 'permit'; id: string; mayWrite: boolean }
  /** A key was typed: takes a free lock, keeps a held one from idling. */
  | { type: 'type'; id: string }
  | { type: 'ask'; id: string }
  | { type: 'grant'; id: string }
  | { type: 'decline'; id: string }
  /** The writer gives the lock to a seat that did not ask: between a person's page and what types for them. Who asks goes on asking. */
  | { type: 'hand'; id: string; to: string }
  /** The writer gives the lock up, or who asks takes the request back. */
  | { type: 'release'; id: string }
  | { type: 'force'; id: string; reason: string }
  /** Time has passed: grants what waited long enough, frees what idles. */
  | { type: 'tick' }

export interface LockTimes {
  autoGrantMs: number
  /** 0: the writer keeps the lock until detach. */
  idleMs: number
}

export interface LockChange {
  event: LockEvent
  /** Viewer who did it; null when time did. */
  by: string | null
  reason?: string
  lock: WriterLock
}

export type LockOutcome =
  | { kind: 'done'; lock: WriterLock; changes: LockChange[] }
  | { kind: 'refused'; code: ErrorCode; message: string }

export const freeLock: WriterLock = {
  seats: [],
  writer: null,
  since: null,
  activeAt: 0,
  queue: [],
  askedAt: { wall: 0, monotonic: 0 },
}

/** The only way the lock changes. Pure. */
export function actOnLock(lock: WriterLock, act: LockAct, now: Moment, times: LockTimes): LockOutcome {
  const step = new Step(lock, now)
  // The compiler cannot see that the function found by an act's type takes that very act.
  const refusal = acts[act.type](step, act as never, times)
  return refusal ?? { kind: 'done', lock: step.lock, changes: step.changes }
}

/** Milliseconds from now until `tick` would change something, or null when time changes nothing. */
export function lockDue(lock: WriterLock, now: Moment, times: LockTimes): number | null {
  if (lock.writer === null) return null
  const due: number[] = []
  if (lock.queue.length > 0) due.push(lock.askedAt.monotonic + times.autoGrantMs)
  if (times.idleMs > 0) due.push(lock.activeAt + times.idleMs)
  return due.length === 0 ? null : Math.max(0, Math.min(...due) - now.monotonic)
}

/**
 * The first who may type gets the lock by attaching. One that was given up while others stay belongs to the next who types, not to
 * the next who looks in.
 */
export function takesOnAttach(lock: WriterLock, seat: Seat): boolean {
  const alone = !lock.seats.some(wouldType)
  return lock.writer === null && alone && wouldType(seat)
}

function wouldType({ mayWrite, watchOnly }: Seat): boolean {
  return mayWrite && !watchOnly
}

/** As it is shown to viewers. */
export function shownLock(lock: WriterLock, { autoGrantMs }: LockTimes): LockState {
  const asking = lock.queue[0] ?? null
  return {
    writer: lock.writer,
    since: lock.since,
    asking,
    grantAt: asking === null ? null : lock.askedAt.wall + autoGrantMs,
  }
}

/** One act in progress: the lock as it becomes, and what is told about it. */
class Step {
  lock: WriterLock
  readonly now: Moment
  readonly changes: LockChange[] = []

  constructor(lock: WriterLock, now: Moment) {
    this.lock = lock
    this.now = now
  }

  seat(id: string): Seat | undefined {
    return this.lock.seats.find((seat) => seat.id === id)
  }

  set(part: Partial<WriterLock>): void {
    this.lock = { ...this.lock, ...part }
  }

  tell(event: LockEvent, by: string | null, reason?: string): void {
    this.changes.push({ event, by, lock: this.lock, ...(reason !== undefined && { reason }) })
  }

  /** Gives the lock to a viewer. Whoever is next in the queue asks the new writer, with the full time. */
  give(id: string): void {
    this.set({
      writer: id,
      since: this.now.wall,
      activeAt: this.now.monotonic,
      queue: this.lock.queue.filter((asking) => asking !== id),
      askedAt: this.now,
    })
  }

  /** Takes a viewer out of the queue. Returns whether that changed whose request is shown. */
  unqueue(id: string): boolean {
    const wasFirst = this.lock.queue[0] === id
    this.set({ queue: this.lock.queue.filter((asking) => asking !== id) })
    if (wasFirst) this.set({ askedAt: this.now })
    return wasFirst
  }

  /** Frees the lock, tells why, and hands it to whoever asked first. */
  free(event: LockEvent, by: string | null): void {
    this.set({ writer: null, since: null })
    this.tell(event, by)
    const next = this.lock.queue[0]
    if (next === undefined) return
    this.give(next)
    this.tell('granted', by)
  }
}

type Refusal = Extract<LockOutcome, { kind: 'refused' }>
type Acts = {
  [T in LockAct['type']]: (
    step: Step,
    act: Extract<LockAct, { type: T }>,
    times: LockTimes,
  ) => Refusal | undefined
}

const acts: Acts = {
  attach(step, { seat }) {
    const takes = takesOnAttach(step.lock, seat)
    step.set({ seats: [...step.lock.seats, seat] })
    if (!takes) return
    step.give(seat.id)
    step.tell('taken', seat.id)
  },

  detach(step, { id }) {
    step.set({ seats: step.lock.seats.filter((seat) => seat.id !== id) })
    const shown = step.unqueue(id)
    if (step.lock.writer === id) step.free('detached', id)
    else if (shown) step.tell('detached', id)
  },

  permit(step, { id, mayWrite }) {
    step.set({ seats: step.lock.seats.map((seat) => (seat.id === id ? { ...seat, mayWrite } : seat)) })
    if (mayWrite) return
    const shown = step.unqueue(id)
    if (step.lock.writer === id) step.free('released', id)
    else if (shown) step.tell('declined', null)
  },

  type(step, { id }) {
    const seat = step.seat(id)
    if (seat?.mayWrite !== true) return mayNotWrite
    if (step.lock.writer === id) return void step.set({ activeAt: step.now.monotonic })
    if (step.lock.writer !== null) return notWriter('Somebody else types on this console. Ask for the lock.')
    if (seat.watchOnly) return notWriter('You attached to watch only. Ask for the lock to type.')
    step.give(id)
    step.tell('taken', id)
  },

  ask(step, { id }) {
    if (step.seat(id)?.mayWrite !== true) return mayNotWrite
    if (step.lock.writer === id || step.lock.queue.includes(id)) return
    if (step.lock.writer === null) {
      step.give(id)
      return void step.tell('taken', id)
    }
    const first = step.lock.queue.length === 0
    step.set({ queue: [...step.lock.queue, id], ...(first && { askedAt: step.now }) })
    step.tell('asked', id)
  },

  grant(step, { id }) {
    const next = step.lock.queue[0]
    if (step.lock.writer !== id) return notWriter('Only who types can grant the lock.')
    if (next === undefined) return nobodyAsks
    step.give(next)
    step.tell('granted', id)
  },

  decline(step, { id }) {
    const next = step.lock.queue[0]
    if (step.lock.writer !== id) return notWriter('Only who types can decline a request for the lock.')
    if (next === undefined) return nobodyAsks
    step.unqueue(next)
    step.tell('declined', id)
  },

  hand(step, { id, to }) {
    if (step.lock.writer !== id) return notWriter('Only who types can hand the lock on.')
    if (step.seat(to)?.mayWrite !== true) return mayNotWrite
    step.give(to)
    step.tell('granted', id)
  },

  release(step, { id }) {
    if (step.lock.writer === id) return void step.free('released', id)
    if (!step.lock.queue.includes(id)) return notWriter('You do not hold the lock, so you cannot release it.')
    if (step.unqueue(id)) step.tell('declined', id)
  },

  force(step, { id, reason }) {
    if (step.seat(id)?.mayWrite !== true) return mayNotWrite
    if (step.lock.writer === id) return
    step.give(id)
    step.tell('forced', id, reason)
  },

  tick(step, _, times) {
    const { writer, queue, askedAt, activeAt } = step.lock
    const next = queue[0]
    if (writer === null) return
    if (next !== undefined && step.now.monotonic >= askedAt.monotonic + times.autoGrantMs) {
      step.give(next)
      step.tell('auto-granted', null)
    } else if (times.idleMs > 0 && step.now.monotonic >= activeAt + times.idleMs) {
      step.free('idle', null)
    }
  },
}

const mayNotWrite: Refusal = {
  kind: 'refused',
  code: 'forbidden',
  message: 'You may watch this console but not type on it.',
}
const nobodyAsks: Refusal = { kind: 'refused', code: 'bad-request', message: 'Nobody asks for the lock.' }

function notWriter(message: string): Refusal {
  return { kind: 'refused', code: 'not-writer', message }
}
