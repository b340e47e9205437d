import { AppError } from '../base/errors.ts'
import type { Schema } from '../contract/schema.ts'

/** Checks what came in. @throws AppError `bad-request` naming every mistake and its place. */
export function decode<T>(schema: Schema<T>, value: unknown, where: string): T {
  const read = schema.safeParse(value, { reportInput: false })
  if (read.success) return read.data
  const mistakes = read.error.issues.map((issue) => ({
    path: issue.path.map(String),
    message: issue.message,
  }))
  const lines = mistakes.map(({ path, message }) => `${path.length > 0 ? path.join('.') : where}: ${message}`)
  throw new AppError('bad-request', `The ${where} has mistakes. ${lines.join('; ')}`, { mistakes })
}
