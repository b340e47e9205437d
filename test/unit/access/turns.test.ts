import { describe, expect, test } from 'vitest'
import { type Lane, Turns } from '../../../server/access/turns.ts'

describe('turns', () => {
  test('no more run at once than allowed, and the rest in their order', async () => {
    const { start, started, end } = queue({ atOnce: 2, waiting: 9 })
    const all = ['a', 'b', 'c', 'd'].map((name) => start(name, 'strange'))
    await settled()
    expect(started).toEqual(['a', 'b'])
    end('b')
    await settled()
    expect(started).toEqual(['a', 'b', 'c'])
    for (const name of ['a', 'c', 'd']) {
      end(name)
      await settled()
    }
    await Promise.all(all)
    expect(started).toEqual(['a', 'b', 'c', 'd'])
  })

  test('people at their usual place go before strangers', async () => {
    const { start, started, end } = queue({ atOnce: 1, waiting: 9 })
    const all = [start('first', 'strange'), start('stranger', 'strange'), start('usual', 'usual')]
    for (const name of ['first', 'usual', 'stranger']) {
      await settled()
      end(name)
    }
    await Promise.all(all)
    expect(started).toEqual(['first', 'usual', 'stranger'])
  })

  test('who finds a full lane is told at once to come later; the other lane still takes people', async () => {
    const { start, started, end } = queue({ atOnce: 1, waiting: 1 })
    const all = [start('a', 'strange'), start('b', 'strange'), start('c', 'usual')]
    await expect(start('d', 'strange')).rejects.toMatchObject({ code: 'try-later', retryAfter: 5 })
    for (const name of ['a', 'c', 'b']) {
      await settled()
      end(name)
    }
    await Promise.all(all)
    expect(started).toEqual(['a', 'c', 'b'])
  })

  test('a failure hands the turn on', async () => {
    const turns = new Turns({ atOnce: 1, waiting: 1 })
    const failing = turns.run('usual', () => Promise.reject(new Error('broken')))
    const next = turns.run('usual', async () => 'ran')
    await expect(failing).rejects.toThrow('broken')
    expect(await next).toBe('ran')
    expect(await turns.run('usual', async () => 'idle again')).toBe('idle again')
  })
})

function queue(limits: { atOnce: number; waiting: number }) {
  const turns = new Turns(limits)
  const started: string[] = []
  const ends = new Map<string, () => void>()
  const start = (name: string, lane: Lane): Promise<void> =>
    turns.run(lane, () => {
      started.push(name)
      return new Promise<void>((resolve) => ends.set(name, resolve))
    })
  return { start, started, end: (name: string) => ends.get(name)?.() }
}

/** Lets everything that waits for nothing but its turn in the event loop happen. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
