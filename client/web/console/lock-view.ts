import type { Viewer } from '../../../server/contract/console.ts'
import type { Job } from '../../../server/contract/jobs.ts'
import type { Model } from './model.ts'

/** Where this page stands with the write lock; what it may do about it follows. */
export type LockView =
  | { kind: 'detached' }
  /** May watch only. */
  | { kind: 'watcher'; writer: Viewer | null }
  /** Nobody types: the first key takes the lock. */
  | { kind: 'free' }
  | { kind: 'mine'; asking: Viewer | null; grantAt: number | null }
  | { kind: 'theirs'; writer: Viewer; asking: Viewer | null; grantAt: number | null; asked: boolean }

export function lockView({ link, me, viewers, lock, asked }: Model): LockView {
  const find = (id: string | null) => viewers.find((viewer) => viewer.id === id) ?? null
  const mine = find(me)
  if (link.state !== 'attached' || !mine) return { kind: 'detached' }
  const writer = find(lock.writer)
  const asking = find(lock.asking)
  if (lock.writer === me) return { kind: 'mine', asking, grantAt: lock.grantAt }
  if (!mine.mayWrite) return { kind: 'watcher', writer }
  if (!writer) return { kind: 'free' }
  return { kind: 'theirs', writer, asking, grantAt: lock.grantAt, asked }
}

/** Why a key goes nowhere now; null when it may be sent. */
export function whyNotTyped(model: Model): string | null {
  const view = lockView(model)
  if (view.kind === 'detached') return 'Not connected to the gateway: what you type goes nowhere.'
  if (view.kind === 'watcher')
    return 'You may watch this console, not type on it. The owner of its project can change that.'
  if (view.kind === 'theirs') {
    const { name } = view.writer
    return view.asked
      ? `${name} writes; you have asked for the write lock.`
      : `${name} writes. Ask for the write lock first.`
  }
  if (model.line?.state !== 'online') return 'The line to the device is down: what you type goes nowhere.'
  return null
}

/**
 * What the writer is asked: for the lock, or that a job may use the session that is open. `silence` is what comes of no answer, before the
 * time that is left.
 */
export function requestWords(asking: Viewer, job: Job | null): { asks: string; silence: string } {
  if (job?.state !== 'running' || job.viewerId !== asking.id)
    return { asks: `${asking.name} asks for the write lock.`, silence: 'It passes by itself in' }
  return {
    asks: `${job.name} asks to set a new root password by the session that is open here.`,
    silence: 'Without an answer it is left alone in',
  }
}
