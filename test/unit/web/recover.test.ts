import { expect, test } from 'vitest'
import { approverWords, askedWords } from '../../../client/web/recover/words.ts'

test('says who may approve, and what to do where nobody of the project may', () => {
  expect(approverWords(['Ben', 'Cleo'])).toBe('May be approved here by Ben, Cleo, or an instance admin.')
  expect(approverWords([])).toContain('ask an instance admin')
})

test('tells a rehearsal from a recovery', () => {
  expect(askedWords({ by: 'Ann', rehearsal: false }, 'web-1')).toBe('Ann asks to recover access to web-1.')
  expect(askedWords({ by: 'Ann', rehearsal: true }, 'web-1')).toBe(
    'Ann asks to rehearse a recovery of web-1.',
  )
})
