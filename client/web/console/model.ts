import type { LockState, ServerMessage, Viewer } from '../../../server/contract/console.ts'
import type { Job } from '../../../server/contract/jobs.ts'
import type { LineState, RecordingState } from '../../../server/contract/line.ts'
import type { LoginState } from '../../../server/contract/login.ts'
import type { SysRqKey } from '../../../server/contract/sysrq.ts'
import type { LinkState } from './link-state.ts'
import { lostNotice, type Notice, noticeOf, resumedNotice } from './notices.ts'

type Attached = Extract<ServerMessage, { type: 'attached' }>

/** Everything the console page shows besides the terminal's own content. */
export interface Model {
  link: LinkState
  /** This page's own viewer id. */
  me: string | null
  viewers: readonly Viewer[]
  lock: LockState
  /** This page asked for the lock and was neither granted nor declined yet. */
  asked: boolean
  line: LineState | null
  recording: RecordingState
  /** Whether somebody is logged in on the line. */
  login: LoginState
  size: { rows: number; cols: number }
  breakSupported: boolean
  /** The last break that went to the device while this page was here; `by` is a viewer. */
  lastBreak: { by: string; key: SysRqKey | null } | null
  /** The paste or file under way, or the last one that this page saw. */
  job: Job | null
  /** What happened, newest last. */
  notices: readonly Notice[]
}

export type ModelEvent =
  | { type: 'link'; link: LinkState; at: number }
  /** `before` is where this page stood until now; null at its first attach. `skipped`: it wanted to pass over what lies between. */
  | { type: 'attached'; message: Attached; before: number | null; skipped?: boolean; at: number }
  | { type: 'message'; message: Exclude<ServerMessage, Attached>; at: number }

/** Enough to see what went on during a night's work; a person reads the last few. */
const noticesKept = 100

export function initialModel(size: Model['size']): Model {
  return {
    link: { state: 'connecting', attempt: 1 },
    me: null,
    viewers: [],
    lock: { writer: null, since: null, asking: null, grantAt: null },
    asked: false,
    line: null,
    recording: { state: 'recording' },
    login: { state: 'unknown' },
    size,
    breakSupported: false,
    lastBreak: null,
    job: null,
    notices: [],
  }
}

/** The only way the model changes. Pure. */
export function reduce(model: Model, event: ModelEvent): Model {
  switch (event.type) {
    case 'link':
      return withNotice({ ...model, link: event.link }, linkNotice(model.link, event.link, event.at))
    case 'attached':
      return withNotice(attach(model, event.message), resumedNotice(event))
    case 'message':
      return withNotice(take(model, event.message), noticeOf(event.message, model, event.at))
  }
}

function linkNotice(before: LinkState, link: LinkState, at: number) {
  return before.state === 'attached' && link.state === 'waiting' ? lostNotice(link.why, at) : null
}

function attach(
  model: Model,
  { viewerId, viewers, lock, line, recording, login, size, breakSupported }: Attached,
): Model {
  // One that is still under way is told again right after this.
  const job = model.job?.state === 'running' ? null : model.job
  return {
    ...model,
    me: viewerId,
    viewers,
    lock,
    asked: false,
    line,
    recording,
    login,
    size,
    breakSupported,
    job,
  }
}

function take(model: Model, message: Exclude<ServerMessage, Attached>): Model {
  switch (message.type) {
    case 'state':
      return {
        ...model,
        line: message.line,
        recording: message.recording,
        breakSupported: message.breakSupported,
      }
    case 'size':
      return { ...model, size: message.size }
    case 'login':
      return { ...model, login: message.login }
    case 'break':
      return { ...model, lastBreak: message }
    case 'job':
      return { ...model, job: message.job }
    case 'viewers':
      return { ...model, viewers: message.viewers }
    case 'lock':
      return { ...model, lock: message.lock, asked: stillAsking(model, message) }
    default:
      return model
  }
}

/** The gateway shows only who asks first; whether this page waits behind them is for it to remember. */
function stillAsking({ me, lock, asked }: Model, message: Extract<ServerMessage, { type: 'lock' }>): boolean {
  if (message.lock.writer === me) return false
  if (message.event === 'asked' && message.by === me) return true
  const wasFirst = lock.asking === me
  return asked && (!wasFirst || message.lock.asking === me)
}

function withNotice(model: Model, notice: Omit<Notice, 'id'> | null): Model {
  if (!notice) return model
  const id = (model.notices.at(-1)?.id ?? 0) + 1
  return { ...model, notices: [...model.notices, { ...notice, id }].slice(-noticesKept) }
}
