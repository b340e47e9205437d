import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exportHistory } from '../../../server/console/history/export.ts'
import type { DownloadFormat } from '../../../server/contract/history.ts'
import { bytesAt, printAndShow } from './stream.ts'
import { openTestHistory, smallSettings, type TestHistory } from './test-history.ts'

const kib = 1024

let folder: string
let one: TestHistory
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lifeline-export-')), 'dev')
  one = await openTestHistory({ folder })
})
afterEach(async () => {
  await one.close()
  await rm(join(folder, '..'), { recursive: true })
})

async function exported(format: DownloadFormat, from: number, to: number): Promise<Buffer> {
  const options = { history: one.history, format, from, to, size: { rows: 24, cols: 80 }, title: 'dev' }
  const pieces: Buffer[] = []
  for await (const piece of exportHistory(options)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

test('raw is every byte of the span, over sealed and raw segments and what is not written yet', async () => {
  const end = await printAndShow(one.history, 0, 1000 * kib)
  await one.sealed(3)
  one.history.append(bytesAt(end, 5000))
  expect((await exported('raw', 0, end + 5000)).equals(bytesAt(0, end + 5000))).toBe(true)
  expect((await exported('raw', 299 * kib, 301 * kib)).equals(bytesAt(299 * kib, 2 * kib))).toBe(true)
})

test('a gap stands at its place: a line of the text, a marker of the cast, nothing in the bytes', async () => {
  one.history.append(Buffer.from('before'))
  one.history.gap('link-down', 1000, 13_000)
  one.history.lose(50)
  one.history.append(Buffer.from('after\n'))
  const { end } = one.history
  expect((await exported('raw', 0, end)).toString()).toBe('beforeafter\n')
  expect((await exported('text', 0, end)).toString()).toBe(
    'before\n[gap: 12 s, link down]\n[gap: 50 bytes, 0 s, lost by the transport]\nafter\n',
  )
  const cast = (await exported('asciicast', 0, end)).toString().trimEnd().split('\n')
  expect(cast.slice(1).map((line) => JSON.parse(line).slice(1))).toEqual([
    ['o', 'before'],
    ['m', 'gap: 12 s, link down'],
    ['m', 'gap: 50 bytes, 0 s, lost by the transport'],
    ['o', 'after\n'],
  ])
})

test('output that goes on after a pause has a time of its own, and keeps it when its segment is compressed', async () => {
  one.history.append(Buffer.from('one'))
  const began = Date.now()
  await expect.poll(() => Date.now() - began, { interval: 10 }).toBeGreaterThan(60)
  one.history.append(Buffer.from('two'))
  const text = (await exported('asciicast', 0, 6)).toString()
  const cast = text.trimEnd().split('\n')
  const [first, second] = cast.slice(1).map((line) => JSON.parse(line))
  expect([first, second[2]]).toEqual([[0, 'o', 'one'], 'two'])
  expect(second[0]).toBeGreaterThanOrEqual(0.05)
  await printAndShow(one.history, 6, 400 * kib)
  await one.sealed(1)
  expect((await exported('asciicast', 0, 6)).toString()).toBe(text)
})

test('what has expired is told as a gap, and the rest follows', async () => {
  await one.close()
  one = await openTestHistory({ folder, settings: { ...smallSettings, maxBytes: 700 * kib } })
  const line = 'all the same line\n'
  for (let n = 0; n < 1500; n++) one.history.append(Buffer.alloc(kib - (kib % line.length), line))
  await expect.poll(() => one.history.oldest, { timeout: 20_000 }).toBeGreaterThan(0)
  const text = (await exported('text', 0, one.history.end)).toString()
  expect(text).toMatch(/^\[gap: \d+ bytes, \d+ s, expired\]\n/)
  expect(text.endsWith(`\n${line}`)).toBe(true)
})
