import type { LoginState } from '../../../server/contract/login.ts'
import { clockTime, dateTime } from './time.ts'

const day = 24 * 60 * 60 * 1000

/** `root shell since 10:12, opened by Ann`; null while nobody is logged in as far as anybody knows. */
export function loginWords(login: LoginState, now: number): string | null {
  if (login.state !== 'somebody') return null
  const opened = login.openedBy ? `, opened by ${login.openedBy.name}` : ''
  return `${shellWords(login)} since ${sinceWords(login.since, now)}${opened}`
}

/** Whose shell it is: `root shell`, `shell of ann`, `shell`. */
export function shellWords({ user, root }: Extract<LoginState, { state: 'somebody' }>): string {
  if (root) return user === null || user === 'root' ? 'root shell' : `root shell of ${user}`
  return user === null ? 'shell' : `shell of ${user}`
}

/** The time of day, and the day when that is another. */
function sinceWords(since: number, now: number): string {
  const isToday = now - since < day && new Date(since).getDate() === new Date(now).getDate()
  return isToday ? clockTime(since).slice(0, 5) : dateTime(since).slice(0, 16)
}
