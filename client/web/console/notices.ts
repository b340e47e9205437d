import type { ServerMessage, Viewer } from '../../../server/contract/console.ts'
import type { LineState, RecordingState } from '../../../server/contract/line.ts'
import { bytes } from '../words/count.ts'
import { clockTime } from '../words/time.ts'
import { sysRqCommand } from './sysrq-words.ts'

/** Something that happened on the console, for the people on it. */
export interface Notice {
  id: number
  at: number
  tone: 'plain' | 'warning' | 'bad'
  text: string
}

type Said = Omit<Notice, 'id'> | null
type Attached = Extract<ServerMessage, { type: 'attached' }>
type State = Extract<ServerMessage, { type: 'state' }>
type Lock = Extract<ServerMessage, { type: 'lock' }>
type Break = Extract<ServerMessage, { type: 'break' }>
type Gap = Extract<ServerMessage, { type: 'gap' }>['gap']

interface Resumption {
  message: Attached
  before: number | null
  skipped?: boolean
  at: number
}

interface People {
  me: string | null
  viewers: readonly Viewer[]
}

/** What was known before something happened. */
interface Before extends People {
  line: LineState | null
  recording: RecordingState
}

/** What coming back means: from where it went on, and whether anything is missing. Null at the first attach. */
export function resumedNotice({ message, before, skipped, at }: Resumption): Said {
  if (before === null) return null
  const missed = message.offset - before
  if (skipped) return missed > 0 ? plain(missingWords(missed, true), at) : null
  if (missed < 0) return warning('The console’s history begins anew; the view was cleared', at)
  if (missed > 0) return bad(`Resumed, but missed ${bytes(missed)}: history no longer holds them`, at)
  const caughtUp = message.liveFrom - message.offset
  return plain(`Resumed, nothing missed${caughtUp > 0 ? `; caught up on ${bytes(caughtUp)}` : ''}`, at)
}

/** Across the screen, where the page went on elsewhere. */
export function missingWords(missed: number, skipped: boolean): string {
  return skipped
    ? `Passed over ${bytes(missed)} after the interrupt; history has them`
    : 'Something is missing here: history no longer holds it'
}

/** The page's own connection to the gateway was lost. */
export function lostNotice(why: string, at: number): Said {
  return warning(`Not attached: ${why}`, at)
}

export function noticeOf(message: Exclude<ServerMessage, Attached>, before: Before, at: number): Said {
  switch (message.type) {
    case 'gap':
      return warning(gapWords(message.gap), at)
    case 'state':
      return stateNotice(message, before, at)
    case 'lock':
      return lockNotice(message, before, at)
    case 'break':
      return breakNotice(message, before, at)
    case 'error':
      return bad(message.message, at)
    case 'bye':
      return warning(message.message, at)
    default:
      return null
  }
}

const plain = (text: string, at: number): Said => ({ at, tone: 'plain', text })
const warning = (text: string, at: number): Said => ({ at, tone: 'warning', text })
const bad = (text: string, at: number): Said => ({ at, tone: 'bad', text })

/** Attempts come and go; what lasts is told. */
function stateNotice({ line, recording }: State, before: Before, at: number): Said {
  if (recording.state !== before.recording.state) {
    if (recording.state === 'recording') return plain('Recording goes on', at)
    return bad(`Recording failed: ${recording.message}`, at)
  }
  if (line.state === before.line?.state) return null
  if (line.state === 'online') return plain('The line is connected', at)
  if (line.state === 'disabled') return warning('The device was disabled', at)
  const went = line.state === 'waiting' && before.line?.state === 'online'
  return went ? warning(`The line went down: ${line.cause.message}`, at) : null
}

const gapCauses: Record<Gap['cause'], string> = {
  'link-down': 'the line was down',
  'gateway-down': 'the gateway was stopped',
  'gateway-killed': 'the gateway was killed',
  'not-recorded': 'it could not be recorded',
  expired: 'history is kept only so long',
  'lost-by-transport': 'the transport lost it',
}

/** A loss in words: how much, when, why. */
export function gapWords({ from, to, startedAt, endedAt, cause }: Gap): string {
  const what = to > from ? `${bytes(to - from)} missing` : 'Output may be missing'
  return `${what}: ${gapCauses[cause]}, ${clockTime(startedAt)} to ${clockTime(endedAt)}`
}

function lockNotice({ event, by, lock, reason }: Lock, people: People, at: number): Said {
  const who = nameOf(by, people)
  const verb = (you: string, they: string) => `${who} ${who === 'You' ? you : they}`
  const writer = nameOf(lock.writer, people).replace(/^You$/, 'you')
  switch (event) {
    case 'taken':
      return plain(`${verb('have', 'has')} the write lock`, at)
    case 'asked':
      return plain(`${verb('ask', 'asks')} for the write lock`, at)
    case 'granted':
      return plain(`The write lock went to ${writer}`, at)
    case 'auto-granted':
      return plain(`The write lock went to ${writer}: nobody answered`, at)
    case 'declined':
      return plain(`${who} kept the write lock`, at)
    case 'released':
      return plain(`${who} released the write lock`, at)
    case 'idle':
      return plain('The write lock is free: nobody typed for a while', at)
    case 'forced':
      return warning(`${who} took the write lock by force: ${reason ?? 'no reason given'}`, at)
    case 'detached':
      return lock.writer === null ? plain('The write lock is free: the writer has left', at) : null
  }
}

function breakNotice({ by, key }: Break, people: People, at: number): Said {
  const what = key === null ? 'a break' : `SysRq ${key} (${sysRqCommand(key)?.name ?? 'another command'})`
  return plain(`${nameOf(by, people)} sent ${what}`, at)
}

function nameOf(id: string | null, { me, viewers }: People): string {
  if (id !== null && id === me) return 'You'
  return viewers.find((viewer) => viewer.id === id)?.name ?? 'Somebody'
}
