import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SearchJob, SearchTurn } from '../../../server/console/history/search-job.ts'
import { Searches } from '../../../server/console/history/searches.ts'
import { CountingClock } from '../../leaks.ts'
import { openTestHistory, smallSettings, type TestHistory } from './test-history.ts'

const kib = 1024

let folder: string
let one: TestHistory
let searches: Searches
let clock: CountingClock
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lifeline-search-')), 'dev')
  one = await openTestHistory({ folder })
  clock = new CountingClock()
  searches = new Searches(clock)
})
afterEach(async () => {
  await searches.close()
  clock.expectNoTimers()
  await one.close()
  await rm(join(folder, '..'), { recursive: true })
})

const job = (text: string, more: Partial<SearchJob> = {}): SearchJob => ({
  snapshot: one.history.snapshot(),
  pattern: { text, regex: false, matchCase: true },
  from: undefined,
  to: undefined,
  since: undefined,
  until: undefined,
  limit: 1000,
  context: 0,
  ...more,
})

async function run(wanted: SearchJob): Promise<{ turns: SearchTurn[]; offsets: number[] }> {
  await using search = searches.begin('usr_1')
  const turns: SearchTurn[] = []
  for await (const turn of search.run(wanted)) turns.push(turn)
  return { turns, offsets: turns.flatMap(({ matches }) => matches.map(({ offset }) => offset)) }
}

/** Prints lines of noise with a needle that begins exactly at each of these offsets. */
async function printWithNeedles(until: number, needles: number[], needle = 'mce: ECC\n'): Promise<void> {
  const bytes = Buffer.alloc(until, 'boring line of a boot\n')
  for (const at of needles) bytes.write(`\n${needle}`, at - 1, 'latin1')
  for (let at = 0; at < until; at += 5000) one.history.append(bytes.subarray(at, at + 5000))
  await expect.poll(() => one.history.end).toBe(until)
}

describe('searching a history on disk and in memory', () => {
  const across = [10, 256 * kib - 4, 300 * kib - 3, 600 * kib - 1, 850 * kib, 950 * kib - 20]

  test('finds each match at its offset, the newest first, over blocks, segments, sealed and raw, and what is not written yet', async () => {
    await printWithNeedles(950 * kib, across)
    await one.sealed(3)
    one.history.append(Buffer.from('mce: just now'))
    const { offsets, turns } = await run(job('mce:'))
    expect(offsets).toEqual([950 * kib, ...across.toReversed()])
    expect(turns.at(-1)?.state).toBe('done')
    expect(turns.flatMap(({ damaged }) => damaged)).toEqual([])
  })

  test('stops at the limit and goes on from there', async () => {
    await printWithNeedles(950 * kib, across)
    const first = await run(job('mce:', { limit: 2 }))
    expect(first.offsets).toEqual(across.slice(-2).reverse())
    expect(first.turns.at(-1)?.state).toBe('limit')
    const rest = await run(job('mce:', { to: first.turns.at(-1)?.at }))
    expect(rest.offsets).toEqual(across.slice(0, -2).reverse())
  })

  test('shows the line in plain text, with its time, its range and the lines around it', async () => {
    const before = Date.now()
    one.history.append(
      Buffer.from('one\r\ntwo\r\n\x1b[1;31mfatal: mc\x1b[0me: bank 4\x07\r\nfour\r\nfive\r\n'),
    )
    await expect.poll(() => one.history.end).toBeGreaterThan(0)
    const { turns } = await run(job('mce:', { context: 1 }))
    const [match] = turns.flatMap(({ matches }) => matches)
    expect(match).toMatchObject({
      line: 'fatal: mce: bank 4',
      range: [7, 11],
      lineFrom: 10,
      offset: 24,
      end: 32,
      before: ['two'],
      after: ['four'],
    })
    expect(match?.at).toBeGreaterThanOrEqual(before)
    expect(match?.at).toBeLessThanOrEqual(Date.now())
  })

  test('bytes that are not UTF-8 stay findable and readable', async () => {
    one.history.append(Buffer.from('Gr\xf6\xdfe: mce: \xff\xfe\n', 'latin1'))
    await expect.poll(() => one.history.end).toBe(15)
    const { turns } = await run(job('mce:'))
    expect(turns.flatMap(({ matches }) => matches)).toMatchObject([{ offset: 7, line: 'Größe: mce: ÿþ' }])
  })

  test('a segment that was sealed, removed or damaged meanwhile does not stop it', async () => {
    await printWithNeedles(950 * kib, across)
    // Where memory still has it, the search needs no file.
    await expect.poll(() => one.history.outline().segments.at(-1)?.end, { timeout: 20_000 }).toBe(950 * kib)
    const early = job('mce:')
    await one.sealed(3)
    expect((await run(early)).offsets).toEqual(across.toReversed())
    await truncate(join(folder, '0000000000307200-0000000000614400.seg'), 1000)
    const damaged = await run(early)
    expect(damaged.offsets).toEqual(across.filter((at) => at < 300 * kib - 5 || at > 600 * kib).toReversed())
    expect(damaged.turns.flatMap((turn) => turn.damaged).length).toBeGreaterThan(0)
    await rm(join(folder, '0000000000307200-0000000000614400.seg'))
    expect((await run(early)).offsets).toEqual(across.filter((at) => at > 600 * kib).toReversed())
  })

  test('what has expired is not searched', async () => {
    await one.close()
    one = await openTestHistory({ folder, settings: { ...smallSettings, maxBytes: 700 * kib } })
    await printWithNeedles(1500 * kib, [10, 1400 * kib])
    await expect.poll(() => one.history.oldest, { timeout: 20_000 }).toBeGreaterThan(0)
    expect((await run(job('mce:'))).offsets).toEqual([1400 * kib])
  })

  test('a costly expression ends with that, and the next search goes on', async () => {
    one.history.append(Buffer.from(`${'a'.repeat(50)}!\n`))
    await expect.poll(() => one.history.end).toBe(52)
    const costly = await run(job('', { pattern: { text: '(a+)+$', regex: true, matchCase: true } }))
    expect(costly.turns.at(-1)?.state).toBe('too-costly')
    expect((await run(job('aaa!'))).offsets).toEqual([47])
  })
})

test('a user has few searches at once, all users together have few, and closing ends them', async () => {
  const begun = [searches.begin('usr_1'), searches.begin('usr_1')]
  expect(() => searches.begin('usr_1')).toThrow(/2 searches of yours/)
  begun.push(searches.begin('usr_2'), searches.begin('usr_2'))
  expect(() => searches.begin('usr_3')).toThrow(/4 searches are under way/)
  for (const search of begun) await search[Symbol.asyncDispose]()
  one.history.append(Buffer.from('x'))
  const again = searches.begin('usr_1')
  const turns = again.run(job('x'))
  const pending = turns.next()
  await searches.close()
  await expect(pending).rejects.toThrow(/stopped/)
  await again[Symbol.asyncDispose]()
})
