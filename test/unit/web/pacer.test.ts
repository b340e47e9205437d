import { expect, test } from 'vitest'
import { Pacer } from '../../../client/web/wall/pacer.ts'

/** Frames that are drawn when they are told to, 16 ms apart, and tiles that parse at once. */
function page() {
  let now = 0
  let due: (() => void)[] = []
  const pacer = new Pacer({
    now: () => now,
    frame(run) {
      due.push(run)
      return () => {
        due = due.filter((one) => one !== run)
      }
    },
  })
  const frame = () => {
    now += 16
    for (const run of due.splice(0)) run()
  }
  const tile = () => {
    const shown: string[] = []
    const lane = pacer.lane((bytes, done) => {
      shown.push(Buffer.from(bytes).toString())
      done()
    })
    return { lane, shown: () => shown.join('') }
  }
  const pass = (ms: number) => {
    now += ms
  }
  return {
    tile,
    frame,
    pass,
    /** A tile whose terminal answers no more. */
    stuck: () => pacer.lane(() => {}),
    frames: (many: number) => Array.from({ length: many }, frame),
    pending: () => due.length,
  }
}

const bytes = (text: string) => new TextEncoder().encode(text)

test('what a quiet console prints is shown whole, with the next frame', () => {
  const { tile, frame } = page()
  const one = tile()
  let parsed = 0
  one.lane.push(bytes('hello '), () => parsed++)
  one.lane.push(bytes('world'), () => parsed++)
  expect(one.shown()).toBe('')
  frame()
  expect([one.shown(), parsed, one.lane.waiting]).toEqual(['hello world', 2, 0])
})

test('a flood is shown in pieces, and leaves the others their turn; no byte is lost or out of order', () => {
  const { tile, frame, frames } = page()
  const flood = tile()
  const quiet = tile()
  const text = Array.from({ length: 50_000 }, (_, number) => `${number} `).join('')
  let parsed = false
  flood.lane.push(bytes(text), () => {
    parsed = true
  })
  quiet.lane.push(bytes('still here'), () => {})
  frame()
  expect(quiet.shown()).toBe('still here')
  expect(flood.shown().length).toBeLessThan(text.length / 2)
  expect(parsed).toBe(false)
  frames(120)
  expect(flood.shown()).toBe(text)
  expect(parsed).toBe(true)
})

test('sixteen floods take turns, and together get no more in one round than one', () => {
  const { tile, frame, frames } = page()
  const tiles = Array.from({ length: 16 }, tile)
  for (const { lane } of tiles) lane.push(new Uint8Array(1024 * 1024).fill(120), () => {})
  const shown = () => tiles.map((one) => one.shown().length)
  frame()
  expect(shown().reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(64 * 1024)
  const after = shown()
  frame()
  expect(shown(), 'a round waits its time').toEqual(after)
  frames(60)
  expect(Math.min(...shown())).toBeGreaterThan(0)
  expect(Math.max(...shown()) - Math.min(...shown())).toBeLessThanOrEqual(16 * 1024)
})

test('after a round that took long it rests twice as long', () => {
  const { tile, frame, frames, pass } = page()
  const flood = tile()
  flood.lane.push(new Uint8Array(1024 * 1024).fill(120), () => {})
  frame()
  const first = flood.shown().length
  // The frame in which it is drawn comes late.
  pass(184)
  frame()
  frames(23)
  expect(flood.shown().length).toBe(first)
  frames(4)
  expect(flood.shown().length).toBeGreaterThan(first)
})

test('a tile out of sight is shown nothing, costs no frame, and goes on when it is seen', () => {
  const { tile, frame, pending } = page()
  const one = tile()
  one.lane.setAwake(false)
  one.lane.push(bytes('unseen'), () => {})
  frame()
  expect([one.shown(), pending()]).toEqual(['', 0])
  one.lane.setAwake(true)
  frame()
  expect(one.shown()).toBe('unseen')
})

test('the tile somebody types in does not wait', () => {
  const { tile } = page()
  const one = tile()
  one.lane.setFirst(true)
  one.lane.push(bytes('echo'), () => {})
  expect(one.shown()).toBe('echo')
})

test('what is dropped counts as parsed, so that its credit comes back; a mark between bytes keeps its place', () => {
  const { tile, frame } = page()
  const one = tile()
  const order: string[] = []
  one.lane.push(bytes('a'), () => order.push('a'))
  one.lane.push(new Uint8Array(0), () => order.push('mark'))
  one.lane.drop()
  expect([order, one.lane.waiting]).toEqual([['a', 'mark'], 0])
  one.lane.push(bytes('b'), () => order.push('b'))
  one.lane.push(new Uint8Array(0), () => order.push('gap'))
  frame()
  expect(order).toEqual(['a', 'mark', 'b', 'gap'])
  expect(one.shown()).toBe('b')
})

test('a tile that is closed while it is written to holds up no other', () => {
  const { tile, frames, stuck } = page()
  const gone = stuck()
  const other = tile()
  gone.push(bytes('never parsed'), () => {})
  frames(10)
  other.lane.push(bytes('on'), () => {})
  frames(10)
  expect(other.shown()).toBe('')
  gone.close()
  frames(40)
  expect(other.shown()).toBe('on')
})

test('a closed lane shows nothing any more', () => {
  const { tile, frame } = page()
  const one = tile()
  one.lane.push(bytes('x'), () => {})
  one.lane.close()
  one.lane.push(bytes('y'), () => {})
  frame()
  expect(one.shown()).toBe('')
})
