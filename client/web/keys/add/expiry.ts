/** The end of a day in the reader's zone, from what a date field gives (`2027-03-01`); undefined where none is given. */
export function endOfDay(date: string): number | undefined {
  const [year, month, day] = date.split('-').map(Number)
  if (!year || !month || !day) return undefined
  return new Date(year, month - 1, day, 23, 59, 59, 999).getTime()
}
