import { readdir } from 'node:fs/promises'
import { expect } from 'vitest'
import { createLog } from '../../../server/base/log.ts'
import type { History } from '../../../server/console/history/history.ts'
import { openHistory } from '../../../server/console/history/open-history.ts'
import { Scribe } from '../../../server/console/history/scribe.ts'
import { defaultHistorySettings, type HistorySettings } from '../../../server/console/settings.ts'
import { CountingClock } from '../../leaks.ts'

const kib = 1024

/** Small, so that little output makes many segments. */
export const smallSettings: HistorySettings = {
  ...defaultHistorySettings,
  segmentBytes: 300 * kib,
  ringBytes: 32 * kib,
}

export interface TestHistory {
  history: History
  folder: string
  clock: CountingClock
  /** Times that the recording state changed, and that more was published. */
  calls: { changed: number; published: number }
  /** What was logged as an error. */
  errors(): string
  /** Names of the files on disk. */
  files(): Promise<string[]>
  /** Waits until so many segments are sealed, and at most one is not. */
  sealed(count: number): Promise<void>
  /** Ends it in order; nothing may be left. */
  close(): Promise<void>
  /** The same, and its files go. */
  delete(): Promise<void>
}

export interface TestHistoryOptions {
  folder: string
  settings?: HistorySettings
  boot?: string
  /** Called after each write to the disk. */
  wrote?: () => void
}

export async function openTestHistory(options: TestHistoryOptions): Promise<TestHistory> {
  const { folder, settings = smallSettings, boot = 'this boot', wrote = () => undefined } = options
  const clock = new CountingClock()
  const scribe = new Scribe(clock)
  const calls = { changed: 0, published: 0 }
  let errors = ''
  const log = createLog('error', {
    write: (line) => {
      errors += line
    },
  })
  const history = await openHistory({
    folder,
    settings,
    clock,
    log,
    scribe,
    boot,
    sealAfterMs: 0,
    changed: () => {
      calls.changed += 1
    },
    published: () => {
      calls.published += 1
    },
    wrote,
  })
  const closeRest = async (): Promise<void> => {
    await scribe.close()
    clock.expectNoTimers()
  }
  const files = (): Promise<string[]> => readdir(folder).then((names) => names.sort())
  return {
    history,
    folder,
    clock,
    calls,
    errors: () => errors,
    files,
    async sealed(count) {
      const ends = (names: string[], ending: string): number =>
        names.filter((name) => name.endsWith(ending)).length
      await expect
        .poll(
          async () => {
            const names = await files()
            return ends(names, '.seg') >= count && ends(names, '.log') <= 1
          },
          { timeout: 60_000 },
        )
        .toBe(true)
    },
    async close() {
      await history.close()
      await closeRest()
    },
    async delete() {
      await history.delete()
      await closeRest()
    },
  }
}
