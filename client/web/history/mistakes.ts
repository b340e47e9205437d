import { readMoment } from './moment.ts'
import type { Question } from './question.ts'

/** Why a question cannot be asked, by its field. */
export interface Mistakes {
  text?: string
  since?: string
  until?: string
}

/** Tells before anything is asked what the gateway would refuse, or answer with nothing. `now` is the gateway's clock. */
export function mistakesOf({ text, regex, since, until }: Question, now: number): Mistakes {
  const from = readTime(since, now)
  const to = readTime(until, now)
  const why = regex ? whyNoExpression(text) : null
  return {
    ...(why !== null && { text: why }),
    ...(from?.ok === false && { since: from.why }),
    ...(to?.ok === false && { until: to.why }),
    ...(from?.ok && to?.ok && to.at < from.at && { until: 'This is before the time in Since' }),
  }
}

export function canBeAsked(question: Question, now: number): boolean {
  return question.text !== '' && Object.keys(mistakesOf(question, now)).length === 0
}

function readTime(text: string, now: number) {
  return text.trim() === '' ? null : readMoment(text, now)
}

/** The gateway's engine is the same. */
function whyNoExpression(text: string): string | null {
  try {
    new RegExp(text, 'u')
    return null
  } catch (error) {
    const said = error instanceof Error ? error.message : ''
    const why = said.replace('Invalid regular expression: ', '').replace(`/${text}/u: `, '')
    return `This is not a regular expression: ${why}`
  }
}
