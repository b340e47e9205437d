import type { ServerMessage, Viewer } from '../../../server/contract/console.ts'
import { bytes } from '../words/count.ts'
import { clockTime } from '../words/time.ts'

/** Something that happened on the console, for the people on it. */
export interface Notice {
  id: number
  at: number
  tone: 'plain' | 'warning' | 'bad'
  text: string
}

type Said = Omit<Notice, 'id'> | null
type Attached = Extract<ServerMessage, { type: 'attached' }>
type Lock = Extract<ServerMessage, { type: 'lock' }>
type Gap = Extract<ServerMessage, { type: 'gap' }>['gap']

interface People {
  me: string | null
  viewers: readonly Viewer[]
  lock: Lock['lock']
}

/** What coming back means: from where it went on, and whether anything is missing. Null at the first attach. */
export function resumedNotice({
  message,
  before,
  at,
}: {
  message: Attached
  before: number | null
  at: number
}): Said {
  if (before === null) return null
  const missed = message.offset - before
  if (missed < 0)
    return { at, tone: 'warning', text: 'The console’s history begins anew; the view was cleared' }
  if (missed > 0) {
    const text = `Resumed, but missed ${bytes(missed)}: history no longer holds them`
    return { at, tone: 'bad', text }
  }
  const caughtUp = message.liveFrom - message.offset
  return {
    at,
    tone: 'plain',
    text: `Resumed, nothing missed${caughtUp > 0 ? `; caught up on ${bytes(caughtUp)}` : ''}`,
  }
}

export function noticeOf(message: Exclude<ServerMessage, Attached>, people: People, at: number): Said {
  switch (message.type) {
    case 'gap':
      return { at, tone: 'warning', text: gapWords(message.gap) }
    case 'lock':
      return lockNotice(message, people, at)
    case 'error':
      return { at, tone: 'bad', text: message.message }
    case 'bye':
      return { at, tone: 'warning', text: message.message }
    default:
      return null
  }
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
  const who = (id: string | null) => nameOf(id, people)
  const plain = (text: string): Said => ({ at, tone: 'plain', text })
  switch (event) {
    case 'taken':
      return plain(`${who(by)} ${by === people.me ? 'have' : 'has'} the keyboard`)
    case 'asked':
      return plain(`${who(by)} ${by === people.me ? 'ask' : 'asks'} for the keyboard`)
    case 'granted':
      return plain(`The keyboard went to ${whom(lock.writer, people)}`)
    case 'auto-granted':
      return plain(`The keyboard went to ${whom(lock.writer, people)}: nobody answered`)
    case 'declined':
      return plain(`${who(by)} kept the keyboard`)
    case 'released':
      return plain(`${who(by)} gave the keyboard back`)
    case 'idle':
      return plain('The keyboard is free: nobody typed for a while')
    case 'forced':
      return {
        at,
        tone: 'warning',
        text: `${who(by)} took the keyboard over: ${reason ?? 'no reason given'}`,
      }
    case 'detached':
      return lock.writer === null ? plain('The keyboard is free: who typed has left') : null
  }
}

function nameOf(id: string | null, { me, viewers }: People): string {
  if (id !== null && id === me) return 'You'
  return viewers.find((viewer) => viewer.id === id)?.name ?? 'Somebody'
}

function whom(id: string | null, people: People): string {
  const name = nameOf(id, people)
  return name === 'You' ? 'you' : name
}
