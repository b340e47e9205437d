import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from '../../../server/base/log.ts'
import type { History } from '../../../server/console/history/history.ts'
import { indexFile, rawFile } from '../../../server/console/history/names.ts'
import { openHistory } from '../../../server/console/history/open-history.ts'
import { decodeRecords } from '../../../server/console/history/records.ts'
import { Scribe } from '../../../server/console/history/scribe.ts'
import { defaultHistorySettings } from '../../../server/console/settings.ts'
import { FakeClock } from '../../fakes/clock.ts'

let folder: string
let clock: FakeClock
let scribe: Scribe
let history: History
let began: number
let wrote: number
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lifeline-little-')), 'dev')
  clock = new FakeClock()
  began = clock.now()
  wrote = 0
  scribe = new Scribe(clock)
  const nothing = (): void => undefined
  history = await openHistory({
    folder,
    settings: defaultHistorySettings,
    clock,
    log: createLog('silent', { write: nothing }),
    scribe,
    boot: 'this boot',
    changed: nothing,
    published: nothing,
    wrote: () => {
      wrote += 1
    },
  })
})
afterEach(async () => {
  await history.close()
  await scribe.close()
  await rm(join(folder, '..'), { recursive: true })
})

test('what comes little by little is on disk within a second or so, and its sums and times every few', async () => {
  const line = 'a line\r\n'
  for (let lines = 1; lines <= 8; lines += 1) {
    history.append(Buffer.from(line))
    clock.advance(1100)
    await expect.poll(() => wrote).toBe(lines)
    expect(await readFile(join(folder, rawFile(0)), 'latin1')).toBe(line.repeat(lines))
  }
  // Of the eight lines in 8.8 s the index tells up to that at which five seconds were over.
  const index = async () => decodeRecords(await readFile(join(folder, indexFile(0))))
  const pauses = Array.from({ length: 4 }, () => [line.length, 1100]).flat()
  await expect.poll(index).toEqual([
    { kind: 'time', offset: 0, at: began, pauses },
    { kind: 'sum', from: 0, to: 5 * line.length, crc: crc32(line.repeat(5)) },
  ])
})
