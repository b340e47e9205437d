import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startModule } from '../../../server/console/history/file-thread.ts'
import { indexFile, rawFile, sealedFile, unfinished } from '../../../server/console/history/names.ts'
import { encodeRecords } from '../../../server/console/history/records.ts'
import type { ToSeal } from '../../../server/console/history/seal.ts'
import { blockBytes } from '../../../server/console/history/sealed-file.ts'
import { Sealer } from '../../../server/console/history/sealer.ts'
import { FakeClock } from '../../fakes/clock.ts'

const idleMs = 30_000
const mostYieldMs = 1000

let folder: string
let clock: FakeClock
let sealer: Sealer
let started: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-sealer-'))
  clock = new FakeClock()
  started = 0
  sealer = new Sealer({ clock, start: () => startThread() })
})
afterEach(async () => {
  await sealer.close()
  await rm(folder, { recursive: true })
})

function startThread(): Worker {
  started += 1
  return startModule('./seal-thread.ts', {})
}

/** A raw segment of two blocks. */
async function segment(start: number): Promise<ToSeal> {
  const length = 2 * blockBytes
  await writeFile(join(folder, rawFile(start)), Buffer.alloc(length, 'a line that comes again\r\n'))
  return { folder, segment: { start, end: start + length, lastAt: 5_000_000 } }
}

const sealedOf = ({ segment: { start, end } }: ToSeal): string => sealedFile(start, end)

test('the sealed form has its name when it is whole, and the raw one stays until it is removed', async () => {
  const one = await segment(0)
  await expect(sealer.seal(one).done).resolves.toBe(true)
  expect((await readdir(folder)).sort()).toEqual([sealedOf(one), rawFile(0)].sort())
  expect((await readFile(join(folder, sealedOf(one)))).length).toBeLessThan(blockBytes / 100)
})

test('what is stopped is given up, and leaves the raw one alone', async () => {
  const one = await segment(0)
  const sealing = sealer.seal(one)
  sealing.stop()
  await expect(sealing.done).resolves.toBe(false)
  expect(await readdir(folder)).toEqual([rawFile(0)])
})

test('what cannot be sealed is said as the system says it, and leaves nothing behind', async () => {
  const missing = { folder, segment: { start: 0, end: blockBytes, lastAt: 0 } }
  await expect(sealer.seal(missing).done).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await readdir(folder)).toEqual([])
  const short = await segment(0)
  short.segment.end += 1
  await expect(sealer.seal(short).done).rejects.toThrow(/shorter than it was/)
  expect(await readdir(folder)).toEqual([rawFile(0)])
})

test('what is under way is given up as well', async () => {
  const typing = setInterval(() => sealer.typed(), 1)
  try {
    const one = await segment(0)
    const sealing = sealer.seal(one)
    await expect.poll(() => readdir(folder), { timeout: 20_000 }).toContain(`${sealedOf(one)}${unfinished}`)
    sealing.stop()
    await expect(sealing.done).resolves.toBe(false)
    expect(await readdir(folder)).toEqual([rawFile(0)])
  } finally {
    clearInterval(typing)
  }
})

test('an index of a slow console has room beside it', async () => {
  // As it is, with its limits.
  const own = new Sealer({ clock })
  const one = await segment(0)
  const pauses = [1, 60, 1, 60, 1, 60, 1, 60]
  const index = Array.from({ length: 200_000 }, (_, at) => ({
    kind: 'time' as const,
    offset: at,
    at,
    pauses,
  }))
  await writeFile(join(folder, indexFile(0)), encodeRecords(index))
  try {
    await expect(own.seal(one).done).resolves.toBe(true)
  } finally {
    await own.close()
  }
})

test('a key has the next block wait', async () => {
  const typing = setInterval(() => sealer.typed(), 1)
  try {
    const startedAt = performance.now()
    await sealer.seal(await segment(0)).done
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(mostYieldMs)
  } finally {
    clearInterval(typing)
  }
})

test('one thread seals what comes soon after each other, and does not outlast it', async () => {
  await Promise.all([sealer.seal(await segment(0)).done, sealer.seal(await segment(2 * blockBytes)).done])
  clock.advance(idleMs - 1)
  await sealer.seal(await segment(4 * blockBytes)).done
  clock.advance(idleMs - 1)
  expect(started).toBe(1)
  clock.advance(1)
  await sealer.seal(await segment(6 * blockBytes)).done
  expect(started).toBe(2)
  await sealer.close()
  expect(clock.timers).toBe(0)
})

test('where no thread can be made it is said, and the next segment is asked for anew', async () => {
  let failed = false
  const failing = (): Worker => {
    failed = true
    throw new Error('Resource temporarily unavailable')
  }
  sealer = new Sealer({ clock, start: () => (failed ? startThread() : failing()) })
  const one = await segment(0)
  expect(() => sealer.seal(one)).toThrow('unavailable')
  await expect(sealer.seal(one).done).resolves.toBe(true)
})

test('a thread that ends takes what it had with it, and the next segment has a new one', async () => {
  let dead = false
  const dying = (): Worker => {
    dead = true
    return new Worker('process.exit()', { eval: true })
  }
  sealer = new Sealer({ clock, start: () => (dead ? startThread() : dying()) })
  const one = await segment(0)
  await expect(sealer.seal(one).done).rejects.toThrow(/has ended/)
  await expect(sealer.seal(one).done).resolves.toBe(true)
})
