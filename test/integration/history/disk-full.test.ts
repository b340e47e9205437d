import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bytesAt, print, printAndShow, replay } from './stream.ts'
import { openTestHistory, smallSettings, type TestHistory } from './test-history.ts'

const kib = 1024
const root = process.platform === 'linux' && process.getuid?.() === 0
/** Recording is tried again each 5 s. */
const timeout = 60_000

describe.skipIf(!root)('a full or read-only disk (needs root on Linux, to mount a small one)', () => {
  let disk: string
  let one: TestHistory
  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'lifeline-disk-'))
    // More than the 8 MiB that memory may hold meanwhile, all of which must have room again.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk])
    one = await openTestHistory({
      folder: join(disk, 'dev'),
      settings: { ...smallSettings, segmentBytes: 1000 * kib },
    })
  })
  afterEach(async () => {
    await one.close()
    execFileSync('umount', [disk])
    await rm(disk, { recursive: true })
  })

  const fill = async (): Promise<void> => {
    for (let size = 4096 * kib; size >= 4 * kib; size /= 2) {
      for (let part = 0; ; part++) {
        try {
          await writeFile(join(disk, `full-${size}-${part}`), Buffer.alloc(size))
        } catch {
          break
        }
      }
    }
  }
  const free = (): void => {
    execFileSync('sh', ['-c', `rm ${disk}/full-*`])
  }
  const state = (): string => one.history.recording.state

  test('the console goes on live and says so; what memory held is written when there is room again', async () => {
    let end = await printAndShow(one.history, 0, 200 * kib)
    await fill()
    end = await printAndShow(one.history, end, 300 * kib)
    await expect.poll(state, { timeout }).toBe('failed')
    expect(one.history.recording).toMatchObject({ message: expect.stringMatching(/full.*Free some space/) })
    expect(one.calls.changed).toBe(1)
    // Live: the newest bytes are there at once.
    end = await printAndShow(one.history, end, 100 * kib)
    expect(await one.history.read(undefined, 1000)).toMatchObject({ bytes: bytesAt(end - 1000, 1000) })
    free()
    await expect.poll(state, { timeout }).toBe('recording')
    expect(one.calls.changed).toBe(2)
    expect(await replay(one.history, 0)).toEqual({ bytes: end, gaps: [], end })
  })

  test('what memory could not hold is a gap with its times, never silent, also in the next life', async () => {
    const before = await printAndShow(one.history, 0, 200 * kib)
    await fill()
    const began = Date.now()
    const length = 20_000 * kib
    const end = await printAndShow(one.history, before, length, 64 * kib)
    await expect.poll(state, { timeout }).toBe('failed')
    const during = await replay(one.history, 0)
    const lostNow = during.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0)
    expect(during.bytes + lostNow).toBe(end)
    free()
    await expect.poll(state, { timeout }).toBe('recording')
    const after = await printAndShow(one.history, end, 100 * kib)
    const check = async (): Promise<void> => {
      const told = await replay(one.history, 0)
      const spans = told.gaps.filter(({ from, to }) => to > from)
      expect(told.bytes + spans.reduce((sum, gap) => sum + gap.to - gap.from, 0)).toBe(after)
      expect(spans.length).toBeGreaterThan(0)
      for (const gap of spans) {
        expect(gap.cause).toBe('not-recorded')
        expect(gap.startedAt).toBeGreaterThanOrEqual(began)
        expect(gap.endedAt).toBeGreaterThanOrEqual(gap.startedAt)
      }
    }
    await check()
    await one.close()
    one = await openTestHistory({
      folder: join(disk, 'dev'),
      settings: { ...smallSettings, segmentBytes: 1000 * kib },
    })
    await check()
  })

  test('a read-only disk is told in other words, and is written again when it can be', async () => {
    let end = await printAndShow(one.history, 0, 10 * kib)
    await expect.poll(one.files, { timeout }).toContain('0000000000000000.log')
    // A file that is open for writing keeps a disk from becoming read-only.
    await one.close()
    execFileSync('mount', ['-o', 'remount,ro', disk])
    one = await openTestHistory({ folder: join(disk, 'dev') })
    end = await printAndShow(one.history, end, 10 * kib)
    await expect
      .poll(() => one.history.recording, { timeout })
      .toMatchObject({
        state: 'failed',
        message: expect.stringContaining('read-only'),
      })
    execFileSync('mount', ['-o', 'remount,rw', disk])
    await expect.poll(state, { timeout }).toBe('recording')
    const told = await replay(one.history, 0)
    expect(told).toMatchObject({ bytes: end, end })
    expect(told.gaps.map(({ cause }) => cause)).toEqual(['gateway-down'])
  })

  test('closing with a full disk ends, and the next life tells what is missing', async () => {
    await printAndShow(one.history, 0, 200 * kib)
    await fill()
    const end = await printAndShow(one.history, 200 * kib, 50 * kib)
    await one.close()
    free()
    one = await openTestHistory({ folder: join(disk, 'dev') })
    expect(one.history.end).toBe(end)
    const told = await replay(one.history, 0)
    const lost = told.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0)
    expect(told.bytes + lost).toBe(end)
  })
})

describe('a folder that cannot be read', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeline-blocked-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('leaves the console live, on offsets that nobody has seen, and is used as soon as it can be', async () => {
    const path = join(folder, 'dev')
    const first = await openTestHistory({ folder: path })
    const seen = await printAndShow(first.history, 0, 5000)
    await first.close()
    execFileSync('mv', [path, `${path}-away`])
    await writeFile(path, 'in the way')
    const one = await openTestHistory({ folder: path })
    expect(one.history.recording.state).toBe('failed')
    const begin = one.history.end
    expect(begin).toBeGreaterThan(seen)
    const end = print(one.history, begin, 100 * kib)
    expect(one.history.end).toBe(end)
    await rm(path)
    execFileSync('mv', [`${path}-away`, path])
    await expect.poll(() => one.history.recording.state, { timeout }).toBe('recording')
    const told = await replay(one.history, 0)
    expect(told.bytes).toBe(seen + 100 * kib)
    expect(told.gaps.filter(({ from, to }) => to > from)).toMatchObject([
      { from: seen, to: begin, cause: 'not-recorded' },
    ])
    await one.close()
    const next = await openTestHistory({ folder: path })
    expect(next.history.end).toBe(end)
    await next.close()
  })

  test('that somebody removes while it is written is made again; what it held is told as lost', async () => {
    const path = join(folder, 'dev')
    const one = await openTestHistory({ folder: path })
    await printAndShow(one.history, 0, 100 * kib)
    await expect.poll(one.files, { timeout }).toContain('0000000000000000.log')
    await rm(path, { recursive: true })
    await mkdir(folder, { recursive: true })
    one.history.gap('link-down', 1, 2)
    await expect
      .poll(() => one.history.recording, { timeout })
      .toMatchObject({
        state: 'failed',
        message: expect.stringContaining('removed'),
      })
    await expect.poll(() => one.history.recording.state, { timeout }).toBe('recording')
    const end = await printAndShow(one.history, 100 * kib, 10 * kib)
    const told = await replay(one.history, 0)
    expect(told.end).toBe(end)
    expect(told.bytes + told.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0)).toBe(end)
    await one.close()
  })
})
