import { cpSync, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeState } from '../../../server/console/history/state-file.ts'
import { print, printAndShow, replay } from './stream.ts'
import { openTestHistory } from './test-history.ts'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lifeline-early-')), 'dev')
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

test('a kill at the very first write of a life leaves the gap before it, with its cause', async () => {
  const first = await openTestHistory({ folder })
  await printAndShow(first.history, 0, 1000)
  await first.close()
  await killedAt(5000)

  const left = `${folder}-left`
  const second = await openTestHistory({
    folder,
    wrote() {
      if (!existsSync(left)) cpSync(folder, left, { recursive: true })
    },
  })
  print(second.history, second.history.end, 300_000)
  await second.close()

  const third = await openTestHistory({ folder: left })
  const { gaps } = await replay(third.history, 0)
  expect(gaps.map(({ from, to, cause }) => [from, to, cause])).toMatchObject([
    [1000, 5000, 'gateway-killed'],
    [expect.any(Number), expect.any(Number), 'gateway-killed'],
  ])
  await third.close()
})

/** What a gateway leaves that had noted this reserve when it was killed. */
function killedAt(reserved: number): Promise<void> {
  return writeState(folder, {
    seq: 99,
    reserved,
    ahead: 1000,
    clean: false,
    at: Date.now(),
    boot: 'this boot',
  })
}
