import type { z } from 'zod'

/** A request that the contract accepts, or its mistakes by the dotted path of their field. */
export type Checked<T> = { ok: true; request: T } | { ok: false; errors: Record<string, string> }

/** Checks a form's values before they are sent, with the same schema as the gateway. `at` goes before each path. */
export function check<T extends z.ZodType>(
  schema: T,
  value: unknown,
  at: string[] = [],
): Checked<z.input<T>> {
  const read = schema.safeParse(value)
  // What was parsed is sent: trimmed, and in the contract's types. An output of the contract's schemas is also an input.
  if (read.success) return { ok: true, request: read.data as z.input<T> }
  const errors: Record<string, string> = {}
  for (const issue of read.error.issues) errors[[...at, ...issue.path].join('.')] ??= sentence(issue)
  return { ok: false, errors }
}

type Issue = z.core.$ZodIssue

/** What to change, under a field. The contract's own words where it has some; zod's are for programmers. */
function sentence(issue: Issue): string {
  const words = wordsFor(issue) ?? issue.message
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function wordsFor(issue: Issue): string | undefined {
  if (!/^(Invalid|Too)/.test(issue.message)) return undefined
  const unit = 'origin' in issue && issue.origin === 'string' ? ' characters' : ''
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'number' ? 'must be a number' : 'must be given'
    case 'too_small':
      return unit !== '' && Number(issue.minimum) === 1
        ? 'must not be empty'
        : `must be at least ${issue.minimum}${unit}`
    case 'too_big':
      return `must be at most ${issue.maximum}${unit}`
    default:
      return undefined
  }
}
