import { toFailure } from '../api/failure.ts'

/** The gateway's mistakes as errors of form fields, by dotted path (`transport.port`). */
export function fieldErrors(error: unknown): Record<string, string> {
  const { mistakes } = toFailure(error)
  return Object.fromEntries(mistakes.map(({ path, message }) => [path.join('.'), message]))
}

/** Whether a failure says something that no field of the form shows. */
export function unplaced(error: unknown, fields: readonly string[]): boolean {
  const { mistakes } = toFailure(error)
  return mistakes.length === 0 || mistakes.some(({ path }) => !fields.includes(path.join('.')))
}
