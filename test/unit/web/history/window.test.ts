import { beforeEach, describe, expect, test } from 'vitest'
import { shownOf } from '../../../../client/web/history/slab.ts'
import { HistoryWindow, type Slice, type Source } from '../../../../client/web/history/window.ts'
import type { Gap } from '../../../../server/contract/console.ts'

/** A history in memory, with holes: what no hole covers is held. */
class FakeHistory implements Source {
  text = ''
  oldest = 0
  gaps: Gap[] = []
  asked: unknown[] = []

  async slice(query: { from: number } | { before: number }, limit: number): Promise<Slice> {
    this.asked.push(query)
    const holes = this.gaps.filter(({ from, to }) => to > from)
    const end = this.text.length
    let from = 'from' in query ? query.from : query.before
    let to = from
    if ('from' in query) {
      if (from < this.oldest || holes.some((hole) => hole.from <= from && from < hole.to))
        return { kind: 'gone' }
      to = Math.min(end, from + limit, ...holes.filter((hole) => hole.from >= from).map((hole) => hole.from))
    } else {
      to = holes.find((hole) => hole.from < from && from <= hole.to)?.from ?? from
      from = Math.max(
        this.oldest,
        to - limit,
        ...holes.filter((hole) => hole.to <= to).map((hole) => hole.to),
      )
    }
    const bytes = new TextEncoder().encode(this.text.slice(from, to))
    return { kind: 'bytes', from, bytes, end, oldest: this.oldest }
  }

  async marks(from: number, to: number) {
    return {
      marks: [
        { offset: 0, at: 1000 },
        { offset: Math.floor(from), at: 1000 + from },
      ],
      gaps: this.gaps.filter((gap) => gap.from <= to && gap.to >= from),
    }
  }

  async bounds() {
    return { oldest: this.oldest, end: this.text.length }
  }
}

const history = new FakeHistory()
let window = new HistoryWindow(history)
const line = (number: number) => `line ${String(number).padStart(8, '0')} ${'.'.repeat(80)}\r\n`
const lineBytes = line(0).length
const manyLines = (count: number) => Array.from({ length: count }, (_, number) => line(number)).join('')

function shown(): string[] {
  const { slabs } = window.snapshot()
  return slabs.flatMap((slab, at) =>
    shownOf(slab, at === slabs.length - 1).map((row) =>
      row.kind === 'gap'
        ? `gap ${row.gap.cause}`
        : row.line.runs
            .map(({ text }) => text)
            .join('')
            .slice(0, 13),
    ),
  )
}
const name = (number: number) => line(number).slice(0, 13)

beforeEach(() => {
  Object.assign(history, { text: manyLines(50_000), oldest: 0, gaps: [], asked: [] })
  window = new HistoryWindow(history)
})

describe('the part of history that is on the page', () => {
  test('begins at the end and goes back to the first line without a hole, a double or more memory', async () => {
    await window.go('end')
    expect(shown().at(-1)).toBe(name(49_999))
    const seen = new Set(shown())
    while (!window.atStart) {
      const before = shown()[0]
      await window.earlier()
      const rows = shown()
      const numbers = rows.map((row) => Number(row.slice(5)))
      expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at))
      expect(rows).toContain(before)
      for (const row of rows) seen.add(row)
      expect(rows.length).toBeLessThan(4000)
    }
    expect(seen.size).toBe(50_000)
    while (!window.atEnd) await window.later()
    expect(shown().at(-1)).toBe(name(49_999))
  })

  test('shows a place in the middle of its line, with what was printed before it', async () => {
    await window.go(20_000 * lineBytes + 30, { from: 20_000 * lineBytes + 5, to: 20_000 * lineBytes + 13 })
    const { slabs, place, mark } = window.snapshot()
    expect(place.offset).toBe(20_000 * lineBytes + 30)
    expect(shown()).toContain(name(20_000))
    expect(shown()).toContain(name(19_900))
    expect(new Set(shown()).size).toBe(shown().length)
    const marked = slabs.flatMap(({ lines }) => lines.flatMap(({ runs }) => runs.filter((run) => run.marked)))
    expect(marked.map(({ text }) => text)).toEqual(['00020000'])
    expect(mark).not.toBeNull()
    window.show({ from: 20_001 * lineBytes, to: 20_001 * lineBytes + 4 })
    expect(window.snapshot().place.offset).toBe(20_001 * lineBytes)
  })

  test('a hole is told once, and read across both ways', async () => {
    const hole = {
      from: 1000 * lineBytes,
      to: 1010 * lineBytes,
      startedAt: 1,
      endedAt: 2,
      cause: 'not-recorded',
    } as const
    const down = { ...hole, from: 990 * lineBytes, to: 990 * lineBytes, cause: 'link-down' } as const
    history.gaps = [down, hole]
    await window.go(980 * lineBytes)
    await window.later()
    const rows = shown()
    const at = rows.indexOf('gap not-recorded')
    expect(rows.slice(at - 1, at + 2)).toEqual([name(999), 'gap not-recorded', name(1010)])
    expect(rows.slice(rows.indexOf('gap link-down') - 1).slice(0, 3)).toEqual([
      name(989),
      'gap link-down',
      name(990),
    ])
    await window.go(1010 * lineBytes)
    await window.earlier()
    expect(shown().filter((row) => row.startsWith('gap'))).toEqual(['gap link-down', 'gap not-recorded'])
    await window.go(1005 * lineBytes)
    expect(shown()).toContain(name(1010))
  })

  test('what is gone leads to the oldest that is held, and says so', async () => {
    history.oldest = 500 * lineBytes
    await window.go(10)
    expect(window.snapshot().expired).toBe(true)
    expect(shown()[0]).toBe(name(500))
    expect(window.atStart).toBe(true)
  })

  test('an unfinished line is finished when more of it comes', async () => {
    history.text = `${line(0)}login: `
    await window.go('end')
    expect(shown()).toEqual([name(0), 'login: '])
    history.text += `root\r\n${line(2)}`
    await window.later()
    expect(shown()).toEqual([name(0), 'login: root', name(2)])
    await window.later()
    expect(shown()).toEqual([name(0), 'login: root', name(2)])
  })

  test('a device that prints nothing but newlines, or never one, does not fill the page', async () => {
    history.text = '\n'.repeat(1_000_000)
    await window.go(500_000)
    for (let time = 0; time < 15; time++) await window.earlier()
    expect(shown().length).toBeLessThanOrEqual(10_000)
    history.text = 'x'.repeat(1_000_000)
    await window.go(500_000)
    for (let time = 0; time < 15; time++) await window.earlier()
    const { slabs } = window.snapshot()
    expect(slabs.length).toBeLessThanOrEqual(10)
    for (const [at, slab] of slabs.entries()) if (at > 0) expect(slabs[at - 1]?.to).toBe(slab.from)
  })

  test('what draws much on few rows fills more than a screen, so that what is seen stays', async () => {
    history.text = `${'\x1b[1;1H\x1b[0m'.repeat(3200)}row\n`.repeat(40)
    await window.go('end')
    const seen = window.snapshot().slabs.at(-1)
    for (let time = 0; time < 15; time++) await window.earlier()
    expect(window.snapshot().slabs).toContain(seen)
  })

  test('nothing was ever printed', async () => {
    history.text = ''
    await window.go('end')
    expect(shown()).toEqual([])
    expect(window.snapshot().failure).toBeNull()
  })

  test('an answer that comes after somebody went elsewhere is dropped', async () => {
    const slow = window.go(10_000 * lineBytes)
    const quick = window.go(40_000 * lineBytes)
    await Promise.all([slow, quick])
    expect(shown()).toContain(name(40_000))
    expect(shown()).not.toContain(name(10_000))
    expect(window.snapshot().loading).toBeNull()
  })
})
