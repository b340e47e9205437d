import { readdirSync, readlinkSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sealedFile, unfinished } from '../../../server/console/history/names.ts'
import { decodeRecords } from '../../../server/console/history/records.ts'
import { leakCheck } from '../../leaks.ts'
import { bytesAt, print, printAndShow, replay } from './stream.ts'
import { openTestHistory, smallSettings, type TestHistory, type TestHistoryOptions } from './test-history.ts'

const kib = 1024

let folder: string
let opened: TestHistory[]
let noLeak: () => Promise<void>
beforeEach(async () => {
  noLeak = await leakCheck()
  folder = await mkdtemp(join(tmpdir(), 'lifeline-history-'))
  opened = []
})
afterEach(async () => {
  for (const one of opened) await one.close()
  await rm(folder, { recursive: true })
  await noLeak()
})

async function open(options: Partial<TestHistoryOptions> = {}): Promise<TestHistory> {
  const one = await openTestHistory({ folder: join(folder, 'dev'), ...options })
  opened.push(one)
  return one
}

async function close(one: TestHistory): Promise<void> {
  opened = opened.filter((other) => other !== one)
  await one.close()
}

const onDisk = (one: TestHistory): Promise<number> =>
  one.files().then(async (names) => {
    const sizes = names
      .filter((name) => name.endsWith('.log'))
      .map(async (name) => (await stat(join(one.folder, name))).size)
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  })

describe('what a console printed', () => {
  test('is read back byte for byte from memory, raw and sealed segments alike', async () => {
    const one = await open()
    const end = await printAndShow(one.history, 0, 2000 * kib, 5000)
    expect(await replay(one.history, 0)).toEqual({ bytes: end, gaps: [], end })
    await one.sealed(6)
    expect((await one.files()).filter((name) => name.endsWith('.seg')).length).toBe(6)
    expect(await replay(one.history, 0)).toEqual({ bytes: end, gaps: [], end })
    for (const from of [1, 299 * kib, 300 * kib, 300 * kib + 1, 1234_567, end - 1, end]) {
      expect(await replay(one.history, from, 10_000)).toEqual({ bytes: end - from, gaps: [], end })
    }
  })

  test('is sealed later when it could not be at first', async () => {
    const inTheWay = join(folder, 'dev', `${sealedFile(0, 300 * kib)}${unfinished}`)
    const one = await open()
    await mkdir(inTheWay, { recursive: true })
    const end = await printAndShow(one.history, 0, 500 * kib)
    await expect.poll(one.errors, { timeout: 20_000 }).toContain('could not be sealed')
    expect(await replay(one.history, 0)).toEqual({ bytes: end, gaps: [], end })
    await rmdir(inTheWay)
    await one.sealed(1)
    expect(await replay(one.history, 0)).toEqual({ bytes: end, gaps: [], end })
  })

  test('stands after a clean end where it stood, and the time between is told', async () => {
    const first = await open()
    const end = await printAndShow(first.history, 0, 777_777)
    await close(first)
    const before = Date.now()
    const second = await open()
    expect(second.history.end).toBe(end)
    const told = await replay(second.history, 0)
    expect(told).toMatchObject({ bytes: end, end })
    expect(told.gaps).toEqual([
      {
        from: end,
        to: end,
        startedAt: expect.any(Number),
        endedAt: expect.any(Number),
        cause: 'gateway-down',
      },
    ])
    expect(told.gaps[0]?.endedAt).toBeGreaterThanOrEqual(before)
    const more = await printAndShow(second.history, end, 100 * kib)
    await close(second)
    const third = await open()
    expect(await replay(third.history, 0)).toMatchObject({ bytes: more, end: more })
    expect(third.history.lastAt).toBeLessThanOrEqual(Date.now())
  })

  test('has its gaps at their places, also in the next life', async () => {
    const one = await open()
    const { history } = one
    await printAndShow(history, 0, 100_000)
    history.gap('link-down', 5, 6)
    await printAndShow(history, 100_000, 300_000)
    history.lose(50_000)
    history.lose(0)
    const end = await printAndShow(history, 450_000, 400_000)
    const places = [
      [100_000, 100_000, 'link-down'],
      [400_000, 450_000, 'lost-by-transport'],
      [450_000, 450_000, 'lost-by-transport'],
    ]
    const where = (told: Awaited<ReturnType<typeof replay>>) =>
      told.gaps.map((gap) => [gap.from, gap.to, gap.cause])
    expect(where(await replay(history, 0))).toEqual(places)
    await one.sealed(2)
    expect(where(await replay(history, 0))).toEqual(places)
    expect(where(await replay(history, 100_001))).toEqual(places.slice(1))
    expect(where(await replay(history, 420_000))).toEqual([
      [420_000, 450_000, 'lost-by-transport'],
      places[2],
    ])
    expect(await history.gapsIn(0, 200_000)).toMatchObject([{ from: 100_000, startedAt: 5, endedAt: 6 }])
    await close(one)
    const again = await open()
    const told = await replay(again.history, 0)
    expect(told.bytes).toBe(end - 50_000)
    expect(where(told)).toEqual([...places, [end, end, 'gateway-down']])
  })

  test('tells of restarts of a silent console without leaving files behind', async () => {
    for (let life = 0; life < 5; life++) await close(await open())
    let one = await open()
    expect((await replay(one.history, 0)).gaps).toEqual([])
    await printAndShow(one.history, 0, 10)
    await close(one)
    for (let life = 0; life < 5; life++) await close(await open())
    one = await open()
    const told = await replay(one.history, 0)
    expect(told.gaps.map(({ from, cause }) => [from, cause])).toEqual(Array(6).fill([10, 'gateway-down']))
    expect((await one.files()).length).toBeLessThanOrEqual(3)
  })

  test('carries the time of each second and each 64 KiB', async () => {
    const one = await open({ settings: { ...smallSettings, segmentBytes: 100_000 * kib } })
    const began = Date.now()
    await printAndShow(one.history, 0, 1000 * kib, 1000)
    await close(one)
    const index = decodeRecords(await readFile(join(one.folder, '0000000000000000.idx')))
    const times = index.flatMap((record) => (record.kind === 'time' ? [record] : []))
    expect(times[0]).toMatchObject({ offset: 0 })
    for (const [at, { offset, at: time }] of times.entries()) {
      expect((times[at + 1]?.offset ?? 1000 * kib) - offset).toBeLessThanOrEqual(65 * kib)
      expect(time).toBeGreaterThanOrEqual(began)
      expect(time).toBeLessThanOrEqual(Date.now())
    }
  })

  test('is only readable by the gateway', async () => {
    const one = await open()
    await printAndShow(one.history, 0, 1000 * kib)
    await one.sealed(3)
    await expect.poll(() => onDisk(one), { timeout: 20_000 }).toBeGreaterThan(0)
    const modes = (await one.files()).map(async (name) => (await stat(join(one.folder, name))).mode & 0o777)
    expect(new Set(await Promise.all(modes))).toEqual(new Set([0o600]))
    expect((await stat(one.folder)).mode & 0o777).toBe(0o700)
  })
})

describe('a slice', () => {
  test('is the last bytes by default, or those from an offset, across segments', async () => {
    const one = await open()
    const end = await printAndShow(one.history, 0, 1000 * kib)
    const tail = await one.history.read(undefined, 1000)
    expect(tail).toEqual({ kind: 'bytes', from: end - 1000, bytes: bytesAt(end - 1000, 1000), end })
    const middle = await one.history.read(250 * kib, 400 * kib)
    expect(middle).toEqual({ kind: 'bytes', from: 250 * kib, bytes: bytesAt(250 * kib, 400 * kib), end })
    expect(await one.history.read(end, 10)).toEqual({ kind: 'bytes', from: end, bytes: Buffer.alloc(0), end })
    await expect(one.history.read(end + 1, 10)).rejects.toMatchObject({ code: 'bad-request' })
    const all = await one.history.read(undefined, end * 2)
    expect(all).toMatchObject({ from: 0, bytes: { length: end } })
  })

  test('ends at a hole; within a hole the answer names what is held', async () => {
    const one = await open()
    await printAndShow(one.history, 0, 1000)
    one.history.lose(500)
    const end = await printAndShow(one.history, 1500, 1000)
    expect(await one.history.read(0, 5000)).toEqual({ kind: 'bytes', from: 0, bytes: bytesAt(0, 1000), end })
    expect(await one.history.read(1200, 5000)).toEqual({ kind: 'gone', heldFrom: 1500, end })
    const tail = await one.history.read(undefined, 1200)
    expect(tail).toEqual({ kind: 'bytes', from: 1500, bytes: bytesAt(1500, 1000), end })
  })
})

describe('old history', () => {
  test('goes when there is too much of it: the oldest first, and the viewer is told', async () => {
    const one = await open({ settings: { ...smallSettings, maxBytes: 1000 * kib } })
    const end = await printAndShow(one.history, 0, 3000 * kib)
    await expect.poll(() => one.history.oldest, { timeout: 20_000 }).toBeGreaterThan(end - 1400 * kib)
    await one.sealed(3)
    const { oldest } = one.history
    expect(await one.history.read(0, 10)).toEqual({ kind: 'gone', heldFrom: oldest, end })
    const told = await replay(one.history, 7)
    expect(told.gaps).toEqual([expect.objectContaining({ from: 7, to: oldest, cause: 'expired' })])
    expect(told.bytes).toBe(end - oldest)
    const disk = (await one.files()).filter((name) => /\.(log|seg)$/.test(name))
    expect(disk.length).toBeLessThanOrEqual(5)
  })

  test('goes when it is too old', async () => {
    const first = await open()
    const end = await printAndShow(first.history, 0, 1000 * kib)
    await first.sealed(3)
    await close(first)
    const old = Date.now() / 1000 - 91 * 24 * 3600
    for (const name of (await first.files()).slice(0, 2)) await utimes(join(first.folder, name), old, old)
    const second = await open()
    second.history.tidy()
    // Nobody knows yet whether the clock by which it is old is right.
    expect(await replay(second.history, 0)).toMatchObject({ bytes: end })
    second.clock.skip(25 * 3600_000)
    second.history.tidy()
    await expect.poll(() => second.history.oldest, { timeout: 20_000 }).toBe(600 * kib)
    expect(await replay(second.history, 600 * kib)).toMatchObject({ bytes: end - 600 * kib })
    expect((await second.files())[0]).toMatch(/^0000000000614400/)
  })

  test('a viewer that reads what is being removed gets right bytes or a gap', async () => {
    const one = await open({ settings: { ...smallSettings, maxBytes: 600 * kib } })
    let end = 0
    const readers: ReturnType<typeof replay>[] = []
    for (let round = 0; round < 40; round++) {
      end = await printAndShow(one.history, end, 100 * kib)
      readers.push(replay(one.history, Math.max(0, end - 900 * kib), 30_000))
    }
    for (const told of await Promise.all(readers)) {
      const lost = told.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0)
      expect(told.bytes + lost).toBeGreaterThan(0)
      for (const { cause } of told.gaps) expect(cause).toBe('expired')
    }
  })
})

describe('an idle console', () => {
  test('keeps no descriptor open and little memory', async () => {
    const one = await open()
    const descriptors = (): string[] =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/self/fd/${fd}`)].filter((path) => path.startsWith(folder))
        } catch {
          return []
        }
      })
    expect(descriptors()).toEqual([])
    await printAndShow(one.history, 0, 1000)
    await expect.poll(() => onDisk(one), { timeout: 20_000 }).toBe(1000)
    await expect.poll(descriptors, { timeout: 30_000, interval: 200 }).toEqual([])
    const end = await printAndShow(one.history, 1000, 1000)
    await expect.poll(() => onDisk(one), { timeout: 20_000 }).toBe(end)
  })
})

test('a deleted history leaves nothing', async () => {
  const one = await open()
  await printAndShow(one.history, 0, 1000 * kib)
  await one.delete()
  await expect(stat(one.folder)).rejects.toMatchObject({ code: 'ENOENT' })
  opened = []
})

test('appending never waits for the disk, and what waits for it is bounded', async () => {
  const one = await open({ settings: { ...smallSettings, segmentBytes: 8 * 1024 * kib } })
  const end = print(one.history, 0, 64 * 1024 * kib, 64 * kib)
  await expect.poll(() => one.history.end, { timeout: 20_000 }).toBe(end)
  const told = await replay(one.history, 0)
  expect(told.end).toBe(end)
  const lost = told.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0)
  // Everything was printed in one turn of the event loop: more than the queue holds cannot have been written.
  expect(lost).toBeGreaterThan(0)
  for (const { cause } of told.gaps) expect(cause).toBe('not-recorded')
  expect(told.bytes + lost).toBe(end)
  expect(told.bytes).toBeGreaterThanOrEqual(8 * 1024 * kib)
})
