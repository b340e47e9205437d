import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startModule } from '../../../server/console/history/file-thread.ts'
import { sharedFiles } from '../../../server/console/history/files.ts'
import { openFolder } from '../../../server/console/history/open-folder.ts'
import { Opener, type Opening } from '../../../server/console/history/opener.ts'
import { leakCheck } from '../../contract/transports/leaks.ts'

let folder: string
let opener: Opener
let nothingIsLeft: () => Promise<void>
beforeEach(async () => {
  nothingIsLeft = await leakCheck()
  folder = await mkdtemp(join(tmpdir(), 'lifeline-opener-'))
  opener = new Opener()
})
afterEach(async () => {
  await opener.close()
  await rm(folder, { recursive: true })
  await nothingIsLeft()
})

const open = (name: string): Promise<Opening> =>
  opener.open({ folder: join(folder, name), segmentBytes: 1000, boot: 'this boot', now: 5000 })

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `device-${index}`)

const mib = 1024 * 1024

/** A folder in which a console has printed so many bytes, without a state: so nobody knows what was shown, see resume.ts. */
async function printed(name: string, bytes: number): Promise<void> {
  await mkdir(join(folder, name))
  await writeFile(join(folder, name, '0000000000000000.log'), Buffer.alloc(bytes))
}

describe.each([
  ['few', 3],
  ['many', 100],
])('%s at once', (_, count) => {
  test('each is told what its own folder holds, and its first reserve is noted', async () => {
    for (const [index, name] of names(count).entries()) await printed(name, index + 1)
    const opened = await Promise.all(names(count).map(open))
    expect(opened.map(({ opened: { next } }) => next)).toEqual(
      names(count).map((_, index) => index + 1 + 64 * mib),
    )
    for (const [
      index,
      {
        opened: { next },
        reserve,
      },
    ] of opened.entries()) {
      const state = await reserve
      expect(state).toMatchObject({ seq: 1, clean: false, at: 5000, boot: 'this boot' })
      expect(state?.reserved).toBeGreaterThan(next)
      const noted = await readFile(join(folder, `device-${index}`, 'state'), 'latin1')
      expect(noted).toContain(JSON.stringify(state))
    }
  })

  test('one that fails says why, and the others are opened', async () => {
    await writeFile(join(folder, 'file'), '')
    const outcomes = await Promise.allSettled(['file', ...names(count)].map(open))
    expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: { code: 'ENOTDIR' } })
    for (const outcome of outcomes.slice(1))
      expect(outcome).toMatchObject({ status: 'fulfilled', value: { opened: { next: 0, seq: 0 } } })
  })
})

test('a new console is not held where its folder cannot be made, and nothing is made before it prints', async () => {
  const options = { folder: join(folder, 'history', 'new'), segmentBytes: 1000, boot: 'this boot', now: 5000 }
  const readOnly = Object.assign(new Error('read-only'), { code: 'EROFS' })
  const files = { ...sharedFiles, access: () => Promise.reject(readOnly) }
  await expect(openFolder(options, files)).rejects.toBe(readOnly)
  expect(await openFolder(options, sharedFiles)).toMatchObject({ next: 0, seq: 0 })
  expect(await readdir(join(folder, 'history'))).toEqual([])
})

test('some that come while a thread is at work are opened too', async () => {
  const all = names(100).map(open)
  await all[0]
  await Promise.all([...all, open('late')])
})

test('where no thread can be made, many are opened as few are', async () => {
  opener = new Opener({
    start: () => {
      throw new Error('Resource temporarily unavailable')
    },
  })
  await Promise.all(names(50).map(open))
})

test('a thread that ends takes what it had with it, and the next have a new one', async () => {
  let started = 0
  const dying = (): Worker => new Worker('process.exit()', { eval: true })
  const opening = (): Worker => startModule('./opening-thread.ts', {})
  opener = new Opener({ start: () => (++started === 1 ? dying() : opening()) })
  for (const outcome of await Promise.allSettled(names(50).map(open)))
    expect(outcome).toMatchObject({ status: 'rejected' })
  for (const outcome of await Promise.allSettled(names(50).map(open)))
    expect(outcome).toMatchObject({ status: 'fulfilled' })
  expect(started).toBe(2)
})
