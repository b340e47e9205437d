import { describe, expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import type { JobPlace } from '../../../server/operator/job-run.ts'
import type { DriveRequest, Driver, DriverEnd, Jobs } from '../../../server/operator/jobs.ts'
import type { OperatorOutcome, Session } from '../../../server/operator/operate.ts'
import { Stopped } from '../../../server/operator/stopped.ts'
import { changePassword } from '../../../server/recover/change-password.ts'
import { changedMark } from '../../../server/recover/password-program.ts'

type Login = Pick<OperatorOutcome<unknown>, 'state' | 'cause' | 'message'>
const good: Login = { state: 'done', cause: null, message: 'Logged out.' }
const refused: Login = { state: 'failed', cause: 'wrong-password', message: 'It refused.' }
const dead: Login = { state: 'failed', cause: 'silent', message: 'It is silent.' }

/** A device whose line dies where it says nothing, and how the login with the new password then goes. */
async function change({ says, proof, open }: { says?: string; proof?: Login; open?: true }) {
  const events: string[] = []
  const outcome = <T>(login: Login, result: T | undefined): OperatorOutcome<T> => ({
    ...{ ...login, result, stage: 'left', left: 'login-prompt', screen: [], typed: 0 },
  })
  const session: Session = {
    kind: 'own',
    byPassword: true,
    demandUnseen: () => undefined,
    async run() {
      events.push('set')
      if (says === undefined) throw new Stopped('failed', 'The line is down.')
      return { output: Buffer.from(says), status: 0 }
    },
  }
  const driver = {
    tell: () => undefined,
    async operate<T>({ password }: { password: Secret | undefined }, work: (session: Session) => Promise<T>) {
      if (password?.reveal() === 'the new one') {
        events.push('proved')
        return outcome(proof ?? good, (proof ?? good) === good ? await work(session) : undefined)
      }
      try {
        return outcome(good, await work(session))
      } catch (error) {
        const { kind: state, message } = error as Stopped
        return outcome({ state, cause: null, message }, undefined)
      }
    },
  } as unknown as Driver
  let work: Promise<DriverEnd> | undefined
  const jobs = {
    drive(_: JobPlace, request: DriveRequest) {
      work = request.work(driver)
    },
  } as unknown as Pick<Jobs, 'drive'>
  const next = new Secret('the new one')
  const current = open ? undefined : new Secret('the old one')
  const seal = async () => void events.push('kept')
  changePassword(jobs, {} as JobPlace, { current, next, seal })
  return { events, end: await work }
}

describe('a new root password', () => {
  test('is kept from the moment the device has it, before it is proved', async () => {
    const { events, end } = await change({ says: changedMark })
    expect(events).toEqual(['set', 'kept', 'proved'])
    expect(end).toMatchObject({ state: 'done', detail: { changed: 'yes' } })
  })

  test('that the device refuses is neither kept nor proved', async () => {
    const { events, end } = await change({ says: 'BAD PASSWORD: too weak' })
    expect(events).toEqual(['set'])
    expect(end).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/BAD PASSWORD: too weak.*is as it was\.$/),
      detail: { changed: 'no' },
    })
  })

  test('that no login proves is kept, and said to be unproved', async () => {
    const { events, end } = await change({ says: changedMark, proof: refused })
    expect(events).toEqual(['set', 'kept', 'proved'])
    expect(end).toMatchObject({ state: 'failed', message: expect.stringContaining('could not be proved') })
  })

  test('that an open session has set is kept, and not proved', async () => {
    const { events, end } = await change({ says: changedMark, open: true })
    expect(events).toEqual(['set', 'kept'])
    expect(end).toMatchObject({ state: 'done', message: expect.stringContaining('No login proved it') })
  })

  test.each<[string, Login, string[], object]>([
    [
      'kept where a login proves it',
      good,
      ['kept'],
      { state: 'done', message: expect.stringContaining('opens') },
    ],
    [
      'not kept where the device refuses it',
      refused,
      [],
      { message: expect.stringContaining('is as it was') },
    ],
    [
      'kept where nothing can tell',
      dead,
      ['kept'],
      { message: expect.stringContaining('the old one is valid still') },
    ],
  ])('whose answer the line has swallowed is %s', async (_, proof, kept, end) => {
    const changed = await change({ proof })
    expect(changed.events).toEqual(['set', 'proved', ...kept])
    expect(changed.end).toMatchObject({ state: 'failed', ...end, detail: { changed: 'unknown' } })
  })
})
