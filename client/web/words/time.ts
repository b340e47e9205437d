const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** How long, in one unit that a glance takes in: `now`, `12 s`, `3 min`, `5 h`, `12 d`. */
export function duration(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.floor(ms / second))} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / day)} d`
}

/** `just now`, `12 s ago`, `3 min ago`. A clock that runs a little ahead must not show a negative age. */
export function ago(then: number, now: number): string {
  const ms = now - then
  return ms < 2 * second ? 'just now' : `${duration(ms)} ago`
}

/** Whole seconds until `then`, never negative: what a countdown shows. */
export function secondsUntil(then: number, now: number): number {
  return Math.max(0, Math.ceil((then - now) / second))
}

/** Time of day to the second, in the reader's zone: `10:12:03`. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB')
}

/** `2026-03-04 10:12:03` in the reader's zone: sorts and compares by eye. */
export function dateTime(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockTime(at)}`
}

export function dateOnly(at: number): string {
  return dateTime(at).slice(0, 10)
}
