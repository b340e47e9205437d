import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  actOnLock,
  freeLock,
  type LockAct,
  type LockChange,
  type LockOutcome,
  lockDue,
  shownLock,
  type WriterLock,
} from '../../../server/console/writer-lock.ts'
import { lockState } from '../../../server/contract/console.ts'

const times = { autoGrantMs: 30_000, idleMs: 600_000 }

let now: number
let lock: WriterLock
let told: LockChange[]
beforeEach(() => {
  now = 1_000_000
  lock = freeLock
  told = []
})

function act(what: LockAct): LockOutcome {
  const outcome = actOnLock(lock, what, { wall: now, monotonic: now }, times)
  if (outcome.kind === 'done') {
    lock = outcome.lock
    told.push(...outcome.changes)
  }
  return outcome
}

const attach = (id: string, { mayWrite = true, watchOnly = false } = {}): LockOutcome =>
  act({ type: 'attach', seat: { id, mayWrite, watchOnly } })
const does = (id: string, type: 'detach' | 'type' | 'ask' | 'grant' | 'decline' | 'release'): LockOutcome =>
  act({ type, id })
const events = (): string[] => told.map(({ event, by }) => `${event} by ${by}`)
const refusal = (outcome: LockOutcome): string => (outcome.kind === 'refused' ? outcome.code : 'not refused')

/** Moves time on, running what falls due. */
function pass(ms: number): void {
  const end = now + ms
  for (;;) {
    const due = lockDue(lock, { wall: now, monotonic: now }, times)
    if (due === null || now + due > end) break
    now += due
    act({ type: 'tick' })
  }
  now = end
}

describe('the first writer', () => {
  test('gets the lock by attaching; the next ones spy', () => {
    attach('ann')
    attach('bob')
    expect(lock.writer).toBe('ann')
    expect(events()).toEqual(['taken by ann'])
  })

  test('is not one who may not write, nor one who attached to watch', () => {
    attach('wim', { mayWrite: false })
    attach('wes', { watchOnly: true })
    expect(lock.writer).toBeNull()
    attach('ann')
    expect(lock.writer).toBe('ann')
  })

  test('keeps the lock while typing, and loses it after the idle time', () => {
    attach('ann')
    pass(500_000)
    does('ann', 'type')
    pass(599_999)
    expect(lock.writer).toBe('ann')
    pass(1)
    expect(lock.writer).toBeNull()
    expect(events()).toEqual(['taken by ann', 'idle by null'])
  })

  test('keeps it for ever when the idle time is 0', () => {
    attach('ann')
    expect(lockDue(lock, { wall: now, monotonic: now }, { ...times, idleMs: 0 })).toBeNull()
  })
})

describe('a free lock', () => {
  beforeEach(() => {
    attach('ann')
    attach('bob')
    attach('wim', { mayWrite: false })
    attach('wes', { watchOnly: true })
    does('ann', 'release')
    told = []
  })

  test('goes to the next who types', () => {
    does('bob', 'type')
    expect(lock.writer).toBe('bob')
    expect(events()).toEqual(['taken by bob'])
  })

  test('goes to the next who asks, without waiting', () => {
    does('bob', 'ask')
    expect(lock.writer).toBe('bob')
  })

  test('does not go to a newcomer who only looks in', () => {
    attach('cyd')
    expect(lock.writer).toBeNull()
  })

  test('does not go to who may not write, nor to a watcher who types by accident', () => {
    expect(refusal(does('wim', 'type'))).toBe('forbidden')
    expect(refusal(does('wim', 'ask'))).toBe('forbidden')
    expect(refusal(does('wes', 'type'))).toBe('not-writer')
    expect(lock.writer).toBeNull()
    does('wes', 'ask')
    expect(lock.writer).toBe('wes')
  })
})

describe('asking', () => {
  beforeEach(() => {
    attach('ann')
    attach('bob')
    attach('cyd')
    told = []
  })

  test('shows who asks and until when, and the writer may grant', () => {
    does('bob', 'ask')
    expect(shownLock(lock, times)).toMatchObject({ writer: 'ann', asking: 'bob', grantAt: now + 30_000 })
    does('ann', 'grant')
    expect(lock.writer).toBe('bob')
    expect(events()).toEqual(['asked by bob', 'granted by ann'])
  })

  test('is granted after 30 s without an answer, even while the writer types', () => {
    does('bob', 'ask')
    pass(29_999)
    does('ann', 'type')
    expect(lock.writer).toBe('ann')
    pass(1)
    expect(lock.writer).toBe('bob')
    expect(events()).toEqual(['asked by bob', 'auto-granted by null'])
  })

  test('may be declined, and asked again', () => {
    does('bob', 'ask')
    does('ann', 'decline')
    pass(100_000)
    expect(lock.writer).toBe('ann')
    does('bob', 'ask')
    pass(30_000)
    expect(lock.writer).toBe('bob')
  })

  test('twice is once', () => {
    does('bob', 'ask')
    pass(20_000)
    does('bob', 'ask')
    pass(10_000)
    expect(lock.writer).toBe('bob')
  })

  test('of several goes by turns, each with the full time', () => {
    does('bob', 'ask')
    pass(20_000)
    does('cyd', 'ask')
    pass(10_000)
    expect(lock.writer).toBe('bob')
    expect(shownLock(lock, times)).toMatchObject({ asking: 'cyd', grantAt: now + 30_000 })
    pass(30_000)
    expect(lock.writer).toBe('cyd')
  })

  test('is answered by a release, a detach, a lost permission or an idle writer', () => {
    const ends: LockAct[] = [
      { type: 'release', id: 'ann' },
      { type: 'detach', id: 'ann' },
      { type: 'permit', id: 'ann', mayWrite: false },
    ]
    const before = lock
    for (const end of ends) {
      lock = before
      does('bob', 'ask')
      act(end)
      expect(lock.writer).toBe('bob')
      expect(shownLock(lock, times).asking).toBeNull()
    }
  })

  test('can be taken back, and ends when who asks leaves or may not write any more', () => {
    does('bob', 'ask')
    does('cyd', 'ask')
    does('bob', 'release')
    expect(shownLock(lock, times).asking).toBe('cyd')
    act({ type: 'permit', id: 'cyd', mayWrite: false })
    expect(shownLock(lock, times).asking).toBeNull()
    does('bob', 'ask')
    does('bob', 'detach')
    expect(shownLock(lock, times).asking).toBeNull()
    pass(100_000)
    expect(lock.writer).toBe('ann')
  })

  test('only the writer answers, and only when somebody asks', () => {
    expect(refusal(does('bob', 'grant'))).toBe('not-writer')
    expect(refusal(does('bob', 'decline'))).toBe('not-writer')
    expect(refusal(does('bob', 'release'))).toBe('not-writer')
    expect(refusal(does('ann', 'grant'))).toBe('bad-request')
    expect(refusal(does('ann', 'decline'))).toBe('bad-request')
  })
})

test('force takes the lock with its reason, and the one who lost it is a spy', () => {
  attach('ann')
  attach('bob')
  attach('wim', { mayWrite: false })
  act({ type: 'force', id: 'bob', reason: 'fire in rack 4' })
  expect(lock.writer).toBe('bob')
  expect(told.at(-1)).toMatchObject({ event: 'forced', by: 'bob', reason: 'fire in rack 4' })
  expect(refusal(does('ann', 'type'))).toBe('not-writer')
  expect(refusal(act({ type: 'force', id: 'wim', reason: 'mine' }))).toBe('forbidden')
})

test('a clock that jumps moves no lock: only monotonic time decides', () => {
  const jumped = (wall: number, monotonic: number, what: LockAct): void => {
    const outcome = actOnLock(lock, what, { wall, monotonic }, times)
    if (outcome.kind === 'done') lock = outcome.lock
  }
  jumped(5_000_000, 100, { type: 'attach', seat: { id: 'ann', mayWrite: true, watchOnly: false } })
  jumped(5_000_000, 100, { type: 'attach', seat: { id: 'bob', mayWrite: true, watchOnly: false } })
  jumped(5_000_000, 100, { type: 'ask', id: 'bob' })
  jumped(9_000_000_000, 200, { type: 'tick' })
  expect(lock.writer).toBe('ann')
  jumped(0, 30_100, { type: 'tick' })
  expect(lock.writer).toBe('bob')
})

describe('whatever viewers do in whatever order', () => {
  const id = fc.constantFrom('ann', 'bob', 'cyd', 'dan')
  const flags = { mayWrite: fc.boolean(), watchOnly: fc.boolean() }
  const anyAct: fc.Arbitrary<LockAct | { type: 'pass'; ms: number }> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant('attach' as const), seat: fc.record({ id, ...flags }) }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('detach' as const), id }) },
    fc.record({ type: fc.constant('permit' as const), id, mayWrite: fc.boolean() }),
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constantFrom('type', 'ask', 'grant', 'decline', 'release'),
        id,
      }) as fc.Arbitrary<LockAct>,
    },
    fc.record({ type: fc.constant('force' as const), id, reason: fc.constant('because') }),
    fc.record({ type: fc.constant('pass' as const), ms: fc.nat(700_000) }),
  )

  /** Runs the acts as a console would: nobody attaches twice or acts without being attached. */
  function play(acts: (LockAct | { type: 'pass'; ms: number })[], look: (what: string) => void): void {
    now = 0
    lock = freeLock
    told = []
    for (const what of acts) {
      if (what.type === 'pass') pass(what.ms)
      else if (isPossible(what)) act(what)
      look(JSON.stringify(what))
    }
  }

  function isPossible(what: LockAct): boolean {
    if (what.type === 'tick') return true
    const here = lock.seats.some((seat) => seat.id === (what.type === 'attach' ? what.seat.id : what.id))
    return here === (what.type !== 'attach')
  }

  const sequences = fc.array(anyAct, { maxLength: 80 })

  test('at most one writer, attached and allowed; and who asks is too', () => {
    fc.assert(
      fc.property(sequences, (acts) =>
        play(acts, (what) => {
          const may = (viewer: string) => lock.seats.some((seat) => seat.id === viewer && seat.mayWrite)
          if (lock.writer !== null) expect(may(lock.writer), what).toBe(true)
          for (const asking of lock.queue) expect(may(asking), what).toBe(true)
          expect(lock.queue).not.toContain(lock.writer)
          expect(new Set(lock.queue).size).toBe(lock.queue.length)
          expect(lockState.safeParse(shownLock(lock, times)).success).toBe(true)
        }),
      ),
    )
  })

  test('a lock that is free has nobody who asks for it', () => {
    fc.assert(
      fc.property(sequences, (acts) =>
        play(acts, (what) => {
          if (lock.writer === null) expect(lock.queue, what).toEqual([])
        }),
      ),
    )
  })

  test('nobody who asks is forgotten: everyone ends up with the lock or is told why not', () => {
    fc.assert(
      fc.property(sequences, (acts) => {
        play(acts, () => undefined)
        const asking = [...lock.queue]
        for (const [turn, viewer] of asking.entries()) {
          pass(30_000)
          expect(lock.writer, `turn ${turn}`).toBe(viewer)
        }
      }),
    )
  })

  test('every change of the writer or of who asks is told, with the lock as it is then', () => {
    fc.assert(
      fc.property(sequences, (acts) => {
        let shown = shownLock(freeLock, times)
        play(acts, (what) => {
          const last = told.at(-1)
          if (last !== undefined) shown = shownLock(last.lock, times)
          const { writer, asking } = shownLock(lock, times)
          expect({ writer: shown.writer, asking: shown.asking }, what).toEqual({ writer, asking })
        })
      }),
    )
  })
})

describe('what types for a person', () => {
  test('gets the lock from their page and hands it back, past who asks', () => {
    attach('ann')
    attach('bob')
    attach('paste', { watchOnly: true })
    does('bob', 'ask')
    pass(20_000)
    act({ type: 'hand', id: 'ann', to: 'paste' })
    expect(lock.writer).toBe('paste')
    expect(lock.queue).toEqual(['bob'])
    pass(20_000)
    act({ type: 'hand', id: 'paste', to: 'ann' })
    expect(events()).toEqual(['taken by ann', 'asked by bob', 'granted by ann', 'granted by paste'])
    pass(30_000)
    expect(lock.writer).toBe('bob')
  })

  test('gets it from who holds it only, and if it may write', () => {
    attach('ann')
    attach('bob')
    attach('wim', { mayWrite: false })
    expect(refusal(act({ type: 'hand', id: 'bob', to: 'bob' }))).toBe('not-writer')
    expect(refusal(act({ type: 'hand', id: 'ann', to: 'wim' }))).toBe('forbidden')
    expect(refusal(act({ type: 'hand', id: 'ann', to: 'gone' }))).toBe('forbidden')
    expect(lock.writer).toBe('ann')
  })
})
