import { beforeEach, describe, expect, test } from 'vitest'
import { ScreenDesk } from './screen-desk.ts'

const kib = 1024
const minute = 60_000

let desk: ScreenDesk
beforeEach(() => {
  desk = new ScreenDesk()
})

describe('an emulator', () => {
  test('is not made for a console that prints with nobody there', () => {
    const console = desk.console()
    for (let line = 0; line < 1000; line += 1) {
      console.print(`Nov 29 10:12:00 web-1 kernel: \x1b[1mline ${line}\x1b[m\r\n`)
      desk.pass(50)
    }
    expect(desk.opened).toBe(0)
    expect(desk.clock.timers).toBe(0)
  })

  test('is made for who attaches, for who wants the screen, and for a query', async () => {
    desk.console().screen.setViewers(1)
    expect(desk.open).toBe(1)
    const asked = desk.console()
    const view = asked.screen.view()
    desk.turn()
    expect(await view).toMatchObject({ offset: 0 })
    expect(desk.open).toBe(2)
    const asking = desk.console()
    asking.print('\x1b[5n')
    desk.turn()
    expect([desk.open, asking.typed]).toEqual([3, '\x1b[0n'])
    // At once: who boots waits for nothing else.
    asking.print('\x1b[6n')
    desk.turn()
    expect(asking.typed).toBe('\x1b[0n\x1b[1;1R')
    asking.screen.close()
    expect(desk.open).toBe(2)
  })

  test('is let go of five minutes after it was of use last, and not while somebody is there', async () => {
    const [left, stays] = [desk.console(), desk.console()]
    left.screen.setViewers(1)
    stays.screen.setViewers(1)
    left.screen.setViewers(0)
    desk.pass(4 * minute, minute)
    expect(desk.open).toBe(2)
    desk.pass(3 * minute, minute)
    await expect.poll(() => desk.open).toBe(1)
    desk.pass(60 * minute, minute)
    expect([desk.open, desk.kept.size]).toEqual([1, 1])
  })

  test('is kept for 64 consoles that nobody needs now, and for all that somebody does', async () => {
    for (let one = 0; one < 100; one += 1) desk.console().screen.setViewers(1)
    for (let one = 0; one < 100; one += 1) {
      const { screen } = desk.console()
      screen.setViewers(1)
      screen.setViewers(0)
    }
    await expect.poll(() => desk.open).toBeLessThanOrEqual(165)
    expect(desk.open).toBeGreaterThanOrEqual(164)
  })
})

describe('an emulator whose thread', () => {
  test('has other work is given a little at a time', () => {
    const console = desk.console()
    console.had('a line of a log\r\n'.repeat(64 * kib))
    desk.busy = true
    console.screen.setViewers(1)
    desk.pass(1000)
    expect(desk.given).toBeGreaterThan(0)
    expect(desk.given).toBeLessThan(200 * kib)
    desk.catchUp()
    expect(desk.given).toBeGreaterThan(250 * kib)
  })

  test('could not bear it is made anew later and later, for as long as somebody wants it', () => {
    const console = desk.console()
    console.screen.setViewers(1)
    const after: number[] = []
    for (let times = 1; times <= 10; times += 1) {
      const from = desk.clock.monotonic()
      desk.lose()
      expect(desk.open).toBe(0)
      while (desk.open === 0 && desk.clock.monotonic() - from < 2 * minute) desk.pass(100, 100)
      after.push(desk.clock.monotonic() - from)
    }
    expect(after).toEqual([600, 1200, 2400, 4800, 9600, 19_200, 38_400, 60_000, 60_000, 60_000])
    console.screen.setViewers(0)
    desk.lose()
    desk.pass(2 * minute, minute)
    expect(desk.open).toBe(0)
  })
})

describe('a drawing', () => {
  test('is asked for once by all who want it anew, and shows what they want', async () => {
    const console = desk.console()
    console.screen.setViewers(1)
    console.print('before\r\n')
    const first = console.screen.draw({ anew: true })
    console.print('after\r\n')
    const others = Array.from({ length: 100 }, () => console.screen.draw({ anew: true }))
    desk.turn()
    expect((await first)?.ansi).toContain('before')
    for (const other of await Promise.all(others)) expect(other?.ansi).toContain('after')
    expect(desk.drawn).toBe(2)
    void console.screen.draw({ anew: true })
    console.print('later\r\n')
    const later = console.screen.draw({ anew: true })
    desk.turn()
    expect((await later)?.ansi).toContain('later')
  })

  test('that is a moment old serves a newcomer', async () => {
    const console = desk.console()
    console.screen.setViewers(1)
    const draw = () => {
      const drawing = console.screen.draw({ anew: false })
      desk.turn()
      return drawing
    }
    const first = await draw()
    expect(await draw()).toBe(first)
    desk.pass(300)
    const second = await draw()
    expect(second).not.toBe(first)
    console.screen.resize({ rows: 30, cols: 100 })
    expect(await draw()).not.toBe(second)
    expect(desk.drawn).toBe(3)
  })
})

describe('a query', () => {
  test('is not answered on another link than that on which it came', () => {
    const console = desk.console()
    desk.busy = true
    console.print('\x1b[5n')
    desk.pass(100)
    console.screen.unlinked()
    desk.catchUp()
    expect(console.typed).toBe('')
  })

  test.each(['unlinked', 'broken'] as const)('does not go on behind what was lost (%s)', (lost) => {
    const console = desk.console()
    console.print('\x1b[')
    console.screen[lost]()
    console.print('5n')
    desk.pass(100)
    expect(desk.opened).toBe(0)
  })
})

describe('a flood', () => {
  const line = `${'x'.repeat(78)}\r\n`
  const flood = (console: ReturnType<ScreenDesk['console']>, bytes: number, more = ''): void => {
    for (let printed = 0; printed < bytes; printed += 16 * kib) {
      console.print(line.repeat((16 * kib) / line.length) + more)
      desk.pass(10, 10)
    }
  }

  test('goes past an emulator that is behind: it is given no more of it, and drawn anew after it', async () => {
    const console = desk.console()
    console.screen.setViewers(1)
    desk.busy = true
    flood(console, 1024 * kib)
    expect(desk.given).toBeLessThan(256 * kib)
    flood(console, 4 * 1024 * kib)
    console.print('the end of it\r\n$ ')
    expect(desk.given).toBeLessThan(256 * kib)
    expect(desk.open).toBe(1)
    desk.catchUp()
    desk.pass(1000)
    expect(desk.opened).toBe(2)
    // Not all five megabytes of it.
    expect(desk.given).toBeLessThan(1024 * kib)
    const view = console.screen.view()
    desk.turn()
    expect((await view)?.rows).toContain('the end of it')
  })

  test('is not answered, whatever it asks, and what is asked after it is', () => {
    const console = desk.console()
    console.screen.setViewers(1)
    desk.busy = true
    flood(console, 1024 * kib)
    flood(console, 1024 * kib, '\x1b[5n')
    desk.catchUp()
    desk.pass(1000)
    expect(console.typed).toBe('')
    console.print('\x1b[5n')
    desk.pass(100)
    expect(console.typed).toBe('\x1b[0n')
  })
})
