import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { JobBoard } from '../../../server/console/job-board.ts'
import type { Job } from '../../../server/contract/jobs.ts'

const job: Job = {
  id: 'job_one',
  kind: 'set-password',
  userId: 'usr_ann',
  name: 'Ann',
  viewerId: 'v1',
  startedAt: 0,
  state: 'running',
  total: 0,
  done: 0,
  verified: null,
  missing: [],
  secondsLeft: null,
  message: 'Begins.',
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Begins a job that has a password in its hands, which nothing but the job knows. */
function begin(board: JobBoard): WeakRef<object> {
  const password = { of: 'root' }
  board.begin(job, () => expect(password).toBeDefined())
  return new WeakRef(password)
}

async function isLeft(held: WeakRef<object>): Promise<boolean> {
  // What a WeakRef was asked for lives until the end of the turn.
  await new Promise(setImmediate)
  collectGarbage()
  return held.deref() !== undefined
}

test('what a job has in its hands is let go of when it has ended', async () => {
  const board = new JobBoard(() => undefined)
  const held = begin(board)
  board.update({ ...job, message: 'Types.' })
  expect(await isLeft(held)).toBe(true)
  board.update({ ...job, state: 'done', message: 'Done.' })
  expect(await isLeft(held)).toBe(false)
  expect(board.last).toMatchObject({ state: 'done' })
})
