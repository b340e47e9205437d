import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { replay } from './stream.ts'
import { openTestHistory } from './test-history.ts'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lifeline-killed-')), 'dev')
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

interface Life {
  begin: number
  /** The last end that was shown to viewers before the kill. */
  shown: number
}

/** Lets a process print for a while and kills it in the middle of that. */
async function live(ms: number, bytesPerTurn: number, segmentBytes: number): Promise<Life> {
  const program = join(import.meta.dirname, 'killed-writer.ts')
  const child = spawn(process.execPath, [program, folder, String(bytesPerTurn), String(segmentBytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = collect(child)
  await once(child.stdout ?? child, 'data')
  // The moment of the kill is meant to be any moment; what is tested holds for each.
  await delay(ms)
  child.kill('SIGKILL')
  await once(child, 'close')
  const lines = output().split('\n').slice(0, -1)
  const numbers = (word: string): number[] =>
    lines.filter((line) => line.startsWith(word)).map((line) => Number(line.split(' ')[1]))
  const [begin = Number.NaN] = numbers('begin')
  return { begin, shown: numbers('shown').at(-1) ?? begin }
}

function collect(child: ChildProcess): () => string {
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}

test.each([
  ['a flood', 300_000, 8 * 1024 * 1024, [50, 400, 1500, 7, 900]],
  ['a flood over many small segments', 300_000, 200_000, [300, 1200, 20]],
  ['a slow device', 700, 100_000, [1200, 30, 400]],
  ['a silent device', 0, 100_000, [30, 5]],
])(
  '%s and kills at any moment: nothing shown is used again, everything held is right, every loss is told',
  async (_, bytesPerTurn, segmentBytes, moments) => {
    let shown = 0
    const lives: Life[] = []
    for (const ms of moments) {
      const life = await live(ms, bytesPerTurn, segmentBytes)
      expect(life.begin).toBeGreaterThanOrEqual(shown)
      shown = life.shown
      lives.push(life)
    }
    const { history, close, errors } = await openTestHistory({ folder })
    const told = await replay(history, 0)
    const lost = told.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0)
    expect(told.bytes + lost).toBe(history.end)
    expect(history.end).toBeGreaterThanOrEqual(shown)
    for (const [at, life] of lives.entries()) {
      // A life too short to write anything is told within the next gap.
      const next = lives[at + 1]?.begin ?? history.end
      const gap = told.gaps.find(({ from, to }) => next >= from && next <= to)
      expect(gap?.cause).toBe('gateway-killed')
      // What viewers saw until the kill lies before the gap or in it.
      expect(gap?.to).toBeGreaterThanOrEqual(life.shown)
    }
    expect(told.gaps.at(-1)?.cause).toBe('gateway-killed')
    for (const [at, { to }] of told.gaps.entries())
      expect(told.gaps[at + 1]?.from ?? to).toBeGreaterThanOrEqual(to)
    expect(errors()).toBe('')
    await close()
  },
)
