import { expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import type { Driver } from '../../../server/operator/jobs.ts'
import { rescue } from '../../../server/recover/rescue.ts'
import { rescuedMark } from '../../../server/recover/rescue-program.ts'
import { TestDesk } from '../operator/far-end.ts'
import { FarHost, type FarHostOptions } from '../operator/far-host.ts'

const password = 'bcdefghijklnoprstuvxbcde'

/** What comes of a shell that stands where a rescue shell is expected. */
function rescueIn(more: Partial<FarHostOptions>) {
  const desk: TestDesk = new TestDesk((byte) => host.farEnd(byte))
  const host = new FarHost({
    ...{ user: 'root', password: '', at: 'shell', isFirst: true, now: () => desk.clock.monotonic() },
    run: () => `Changing it.\n${rescuedMark}`,
    ...more,
  })
  const begun: string[] = []
  const hands = { typist: desk.typist, cleaner: desk.typist, screen: async () => undefined }
  const begins = () => begun.push(Buffer.from(desk.typed).toString('latin1'))
  const rescued = rescue({ hands } as unknown as Driver, new Secret(password), begins)
  const end = desk.run(rescued.catch((error: unknown) => error))
  return { end, host, begun, typed: () => Buffer.from(desk.typed).toString('latin1') }
}

test('a shell that is the first process is told the new password, once', async () => {
  const { end, host, begun } = rescueIn({})
  expect(await end).toEqual({ at: 'set' })
  expect(host.ran).toEqual([expect.stringContaining(password)])
  expect(begun).toEqual([expect.not.stringContaining(password)])
})

test('what the shell complains of is the answer where it did not come to its end', async () => {
  const { end } = rescueIn({ run: () => 'mount: / is write-protected' })
  expect(await end).toEqual({
    at: 'refused',
    why: 'The rescue shell could not set the password: mount: / is write-protected.',
  })
})

test('the shell of a system that has started is told nothing, and left', async () => {
  const { end, host, begun, typed } = rescueIn({ isFirst: false })
  expect(await end).toEqual({ at: 'not-first' })
  expect([host.ran, begun, host.at]).toEqual([[], [], 'shell'])
  expect(typed()).not.toContain(password)
})

test('a line that gives back what is typed is told nothing', async () => {
  const { end, host, begun, typed } = rescueIn({ lineEchoes: true })
  expect(await end).toMatchObject({ kind: 'failed', message: expect.stringMatching(/shows what is typed/) })
  expect([host.ran, begun]).toEqual([[], []])
  expect(typed()).not.toContain(password)
})
