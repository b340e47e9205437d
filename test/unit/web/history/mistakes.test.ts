import { expect, test } from 'vitest'
import { canBeAsked, mistakesOf } from '../../../../client/web/history/mistakes.ts'
import { noQuestion } from '../../../../client/web/history/question.ts'

const now = new Date(2026, 10, 29, 3, 0).getTime()

test('the question of the night can be asked', () => {
  const question = { ...noQuestion, text: 'mce:', since: '02:00' }
  expect(mistakesOf(question, now)).toEqual({})
  expect(canBeAsked(question, now)).toBe(true)
})

test.each([
  [
    { text: 'mce: [', regex: true },
    { text: expect.stringContaining('not a regular expression: Unterminated') },
  ],
  [{ since: 'some day' }, { since: expect.stringContaining('Try 02:00') }],
  [{ until: '25:00' }, { until: expect.stringContaining('Try 02:00') }],
  [{ since: '1 min ago', until: '1 hour ago' }, { until: expect.stringContaining('before') }],
])('what no console could answer is told at its field: %o', (part, mistakes) => {
  const question = { ...noQuestion, text: 'mce:', ...part }
  expect(mistakesOf(question, now)).toEqual(mistakes)
  expect(canBeAsked(question, now)).toBe(false)
})

test('brackets are letters where no expression is meant; nothing is no question', () => {
  expect(canBeAsked({ ...noQuestion, text: '[' }, now)).toBe(true)
  expect(canBeAsked(noQuestion, now)).toBe(false)
  expect(mistakesOf(noQuestion, now)).toEqual({})
})
