import { expect, test } from 'vitest'
import { projectInput } from '../../../server/contract/access.ts'

test.each([
  [undefined, true],
  [1, true],
  [24, true],
  [0, false],
  [25, false],
  [1.5, false],
])('a project may give root passwords %s hours: %s', (passwordHours, taken) => {
  expect(projectInput.safeParse({ name: 'web', passwordHours }).success).toBe(taken)
})
