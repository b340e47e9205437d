import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { printAndShow, replay } from './stream.ts'
import { openTestHistory, type TestHistory } from './test-history.ts'

const kib = 1024

let folder: string
let one: TestHistory
let end: number
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lifeline-damaged-')), 'dev')
  one = await openTestHistory({ folder })
  // Three sealed segments and a raw one of 100 KiB, with a gap in each.
  end = 0
  for (let part = 0; part < 10; part++) {
    end = await printAndShow(one.history, end, 100 * kib)
    one.history.gap('link-down', part, part)
  }
  await one.sealed(3)
  await one.close()
})
afterEach(async () => {
  await one.close()
  await rm(join(folder, '..'), { recursive: true })
})

const lastLog = '0000000000921600.log'
const lastIndex = '0000000000921600.idx'
const sealed = '0000000000307200-0000000000614400.seg'

async function overwrite(name: string, at: number, bytes: Uint8Array): Promise<void> {
  const file = await open(join(folder, name), 'r+')
  await file.write(bytes, 0, bytes.length, at)
  await file.close()
}

/** Opens what is there and reads all of it: whatever is damaged, everything is told and nothing is wrong. */
async function reopen(boot = 'this boot') {
  one = await openTestHistory({ folder, boot })
  const told = await replay(one.history, 0)
  const lost = told.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0)
  expect(told.bytes + lost).toBe(one.history.end)
  expect(one.history.end).toBeGreaterThanOrEqual(end)
  const spans = told.gaps.filter((gap) => gap.to > gap.from)
  const next = one.history.end
  await printAndShow(one.history, next, 1000)
  expect((await replay(one.history, next)).bytes).toBe(1000)
  return { told, spans }
}

describe('a history whose file was damaged', () => {
  test('is whole when nothing was', async () => {
    const { told, spans } = await reopen()
    expect(spans).toEqual([])
    expect(told.gaps.map(({ from }) => from)).toEqual([
      ...Array.from({ length: 10 }, (_, part) => (part + 1) * 100 * kib),
      end,
    ])
  })

  test('the last segment is shorter than it was: the rest is told as lost', async () => {
    await truncate(join(folder, lastLog), 30_000)
    const { spans } = await reopen()
    expect(spans).toMatchObject([{ from: 951_600, to: end, cause: 'not-recorded' }])
  })

  test('the last segment is gone', async () => {
    await rm(join(folder, lastLog))
    const { spans } = await reopen()
    expect(spans).toMatchObject([{ from: 921_600, to: end, cause: 'not-recorded' }])
  })

  test('a segment in the middle is gone', async () => {
    await rm(join(folder, sealed))
    const { spans } = await reopen()
    expect(spans).toMatchObject([{ from: 307_200, to: 614_400, cause: 'not-recorded' }])
  })

  test('an index is gone: times and gaps of it are, no byte is', async () => {
    await rm(join(folder, lastIndex))
    const { told, spans } = await reopen()
    expect(spans).toEqual([])
    expect(told.bytes).toBe(end)
  })

  test('an index ends within a record, and one in it is damaged', async () => {
    const index = await readFile(join(folder, lastIndex))
    await writeFile(join(folder, lastIndex), Buffer.concat([index, index.subarray(0, 17)]))
    await overwrite(lastIndex, 3, Buffer.from('damage'))
    const { spans } = await reopen()
    expect(spans).toEqual([])
    await one.close()
    const { told } = await reopen()
    expect(told.gaps.filter(({ cause }) => cause === 'gateway-down').length).toBe(2)
  })

  test('a block of a sealed segment is damaged: the block is told as lost, its neighbours are right', async () => {
    const bytes = await readFile(join(folder, sealed))
    await overwrite(sealed, 50, Buffer.from(bytes.subarray(50, 80).map((byte) => byte ^ 0x55)))
    const { spans } = await reopen()
    // The gaps that are recorded within it still stand at their places.
    expect(spans.map(({ from, to }) => [from, to])).toEqual([
      [300 * kib, 400 * kib],
      [400 * kib, 500 * kib],
      [500 * kib, 556 * kib],
    ])
    expect(one.errors()).toContain('cannot be read')
  })

  test('a sealed segment has lost its end', async () => {
    const { length } = await readFile(join(folder, sealed))
    await truncate(join(folder, sealed), length - 10)
    const { spans } = await reopen()
    expect(spans[0]).toMatchObject({ from: 307_200, cause: 'not-recorded' })
    expect(spans.at(-1)).toMatchObject({ to: 614_400 })
  })

  test('the state is gone: history goes on so far ahead that no offset is used twice', async () => {
    await rm(join(folder, 'state'))
    const { spans } = await reopen()
    expect(spans).toMatchObject([{ from: end, to: end + 64 * 1024 * kib, cause: 'gateway-killed' }])
  })

  test('the newer slot of the state is torn: the older one counts, and no offset is used twice', async () => {
    one = await openTestHistory({ folder })
    const shown = await printAndShow(one.history, one.history.end, 10_000)
    const copy = await readFile(join(folder, 'state'))
    await one.close()
    const state = await readFile(join(folder, 'state'))
    const newer = [0, 1].find((slot) => state.subarray(slot * 512, slot * 512 + 512).includes('"clean":true'))
    expect(newer).toBeDefined()
    await overwrite('state', (newer ?? 0) * 512 + 40, Buffer.from('#####'))
    expect(copy.length).toBe(1024)
    one = await openTestHistory({ folder })
    expect(one.history.end).toBeGreaterThanOrEqual(shown)
    const told = await replay(one.history, end)
    expect(told.gaps.at(-1)).toMatchObject({ cause: 'gateway-killed' })
  })
})

describe('after a power failure', () => {
  /** Makes the folder look as if the gateway had been running when the power went. */
  async function losePower(): Promise<void> {
    const state = await readFile(join(folder, 'state'))
    const slots = [0, 512].map((at) => JSON.parse(state.subarray(at + 9, at + 512).toString()))
    const newest = slots.sort((a, b) => b.seq - a.seq)[0]
    const { writeState } = await import('../../../server/console/history/state-file.ts')
    await writeState(folder, { ...newest, seq: newest.seq + 1, clean: false })
  }

  test('bytes that read as zeros, though the file has its length, are told as lost', async () => {
    await losePower()
    await overwrite(lastLog, 60_000, new Uint8Array(42_400))
    const { spans } = await reopen('another boot')
    expect(spans[0]).toMatchObject({ cause: 'gateway-killed' })
    expect(spans[0]?.from).toBeGreaterThanOrEqual(921_600)
    expect(spans[0]?.from).toBeLessThanOrEqual(981_600)
  })

  test('what the sums prove is kept', async () => {
    await losePower()
    const { spans } = await reopen('another boot')
    expect(spans).toMatchObject([{ from: end, cause: 'gateway-killed' }])
  })

  test('after a mere kill nothing needs to be proved', async () => {
    await losePower()
    await rm(join(folder, lastIndex))
    const { spans } = await reopen()
    expect(spans).toMatchObject([])
  })
})
