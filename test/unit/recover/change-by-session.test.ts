import { expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { plainScreen } from '../../../server/console/prompts/plain-screen.ts'
import type { JobPlace } from '../../../server/operator/job-run.ts'
import type { DriveRequest, Driver, DriverEnd, StoppableJob } from '../../../server/operator/jobs.ts'
import { operate } from '../../../server/operator/operate.ts'
import { changePassword } from '../../../server/recover/change-password.ts'
import { changedMark } from '../../../server/recover/password-program.ts'
import { TestDesk } from '../operator/far-end.ts'
import { FarHost } from '../operator/far-host.ts'

const next = 'bcdefghijklnoprstuvxbcde'

/** Gives root a new password by root's own session, and says what came of it. */
async function changeBySession(lineEchoes: boolean) {
  const desk: TestDesk = new TestDesk((byte) => host.farEnd(byte))
  const now = () => desk.clock.monotonic()
  const host = new FarHost({
    ...{ user: 'root', password: '', at: 'shell', now, lineEchoes },
    run: () => changedMark,
  })
  desk.print(host.greeting())
  const screen = async () =>
    plainScreen(desk.printed.subarray(-4096), { rows: 24, cols: 80 }, desk.printed.length)
  const hands = { typist: desk.typist, cleaner: desk.typist, screen, somebody: true }
  const tell = () => undefined
  const driver: Pick<Driver, 'operate' | 'tell'> = {
    operate: (login, work) => operate(hands, login, { work, tell }),
    tell,
  }
  let end: Promise<DriverEnd> | undefined
  const drive = (_: JobPlace, { work }: DriveRequest) => {
    end = work(driver as Driver)
    return {} as StoppableJob
  }
  let sealed = 0
  const seal = async () => {
    sealed += 1
  }
  changePassword({ drive }, {} as JobPlace, { current: undefined, next: new Secret(next), seal })
  if (end === undefined) throw new Error('Nothing was begun.')
  const { state, message } = await desk.run(end)
  const typed = Buffer.from(desk.typed).toString('latin1')
  return { state, message, sealed, typed, printed: desk.printed.toString('latin1') }
}

test('root’s session is told the new password, which is not shown and is kept', async () => {
  const { state, sealed, typed, printed } = await changeBySession(false)
  expect([state, sealed]).toEqual(['done', 1])
  expect(typed).toContain(next)
  expect(printed).not.toContain(next)
})

test('a session on a line that gives back what is typed is told nothing, and the password is as it was', async () => {
  const { state, message, sealed, typed } = await changeBySession(true)
  expect([state, sealed]).toEqual(['failed', 0])
  expect(message).toMatch(/shows what is typed.*The root password is as it was\./)
  expect(typed).not.toContain(next)
})
