/** A time that a person typed, in ms since the epoch; or what to type instead. */
export type Typed = { ok: true; at: number } | { ok: false; why: string }

const hint = 'Try 02:00, yesterday 14:30, 2026-11-23 02:00, or 10 minutes ago'
const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Reads a time as people write it, in the reader's own zone unless it names one. `now` is the gateway's clock. */
export function readMoment(text: string, now: number): Typed {
  const typed = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const at = iso(text.trim()) ?? ago(typed, now) ?? dated(typed, now)
  return at === undefined || Number.isNaN(at) ? { ok: false, why: hint } : { ok: true, at }
}

function iso(text: string): number | undefined {
  return /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/i.test(text) ? Date.parse(text) : undefined
}

function ago(text: string, now: number): number | undefined {
  if (text === 'now') return now
  const match =
    /^(?:-|last )?(\d+(?:\.\d+)?) ?(s|m|h|d|w|sec|secs|seconds?|min|mins|minutes?|hours?|days?|weeks?)( ago)?$/.exec(
      text,
    )
  if (!match) return undefined
  return now - Number(match[1]) * (unitMs[match[2]?.[0] ?? ''] ?? Number.NaN)
}

/** A day, a time of day, or both. A time alone is the last one that has been; so is a day without its year. */
function dated(text: string, now: number): number | undefined {
  const clock = /(?:^|[ t])(?:at )?(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text)
  const dayText = (clock === null ? text : text.slice(0, clock.index)).trim()
  const [hours = 0, minutes = 0, seconds = 0] = (clock ?? []).slice(1).map((part) => Number(part ?? 0))
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  if (dayText !== '') return readDay(dayText, now)?.setHours(hours, minutes, seconds, 0)
  if (clock === null) return undefined
  const today = new Date(now)
  const at = new Date(now).setHours(hours, minutes, seconds, 0)
  if (at <= now) return at
  return new Date(
    today.getFullYear(),
    today.getMonth(),
    today.getDate() - 1,
    hours,
    minutes,
    seconds,
  ).getTime()
}

function readDay(text: string, now: number): Date | undefined {
  const today = new Date(now)
  if (text === 'today') return today
  if (text === 'yesterday') return new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
  const numbers = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (numbers) return calendar(Number(numbers[1]), Number(numbers[2]) - 1, Number(numbers[3]))
  const named = /^(?:([a-z]{3})[a-z]*\.? (\d{1,2})|(\d{1,2})\.? ([a-z]{3})[a-z]*)(?: (\d{4}))?$/.exec(text)
  if (!named) return undefined
  const month = months.indexOf(named[1] ?? named[4] ?? '')
  const day = Number(named[2] ?? named[3])
  const thisYear = calendar(Number(named[5] ?? today.getFullYear()), month, day)
  if (named[5] !== undefined || thisYear === undefined || thisYear.getTime() <= now) return thisYear
  return calendar(today.getFullYear() - 1, month, day)
}

/** Undefined for the 31st of February. */
function calendar(year: number, month: number, day: number): Date | undefined {
  const date = new Date(year, month, day)
  return date.getMonth() === month && date.getDate() === day ? date : undefined
}
