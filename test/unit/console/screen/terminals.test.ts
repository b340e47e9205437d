import { Worker } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { createLog } from '../../../../server/base/log.ts'
import { Terminals } from '../../../../server/console/screen/terminals.ts'
import { FakeClock } from '../../../fakes/clock.ts'
import { hostileBytes } from './hostile.ts'

const size = { rows: 24, cols: 80 }
const log = createLog('silent', { write: () => undefined })
const thread = (code: string) => () => new Worker(code, { eval: true })
const hangs = 'require("node:worker_threads").parentPort.on("message", () => { for (;;); })'
const dies = 'require("node:worker_threads").parentPort.on("message", () => process.exit(1))'

let terminals: Terminals
afterEach(() => terminals.close())

/** A terminal, and what it told. */
function open(of: Terminals = terminals) {
  const told = { parsed: 0, answers: [] as string[], lost: 0 }
  const terminal = of.open(size, {
    parsed: (bytes) => {
      told.parsed += bytes
    },
    answer: (end, text) => told.answers.push(`${end}: ${text}`),
    lost: () => {
      told.lost += 1
    },
  })
  return { terminal, told }
}

test('a terminal takes bytes, answers where it may, draws and says what it shows', async () => {
  terminals = new Terminals({ clock: new FakeClock(), log })
  const { terminal, told } = open()
  terminal?.write(new Uint8Array(Buffer.from('hello\x1b[6n')), 9, false)
  terminal?.write(new Uint8Array(Buffer.from('\x1b[6n')), 13, true)
  expect(await terminal?.view()).toMatchObject({ offset: 13, cursor: { row: 0, col: 5 } })
  expect(await terminal?.draw()).toMatchObject({ offset: 13, ansi: expect.stringContaining('hello') })
  expect(told).toEqual({ parsed: 13, answers: ['13: \x1b[1;6R'], lost: 0 })
  terminal?.close()
  expect(await terminal?.draw()).toBeUndefined()
})

test('a thread that dies takes its terminals with it, and is replaced after a rest', async () => {
  const clock = new FakeClock()
  const threads = [thread(dies)]
  terminals = new Terminals({
    clock,
    log,
    start: () =>
      (
        threads.shift() ??
        (() => new Worker(new URL('../../../../server/console/screen/worker.ts', import.meta.url)))
      )(),
  })
  const { terminal, told } = open()
  expect(await terminal?.draw()).toBeUndefined()
  expect(told.lost).toBe(1)
  expect(open().terminal).toBeUndefined()
  clock.advance(1000)
  expect(await open().terminal?.view()).toMatchObject({ size })
})

test('a thread that hangs is replaced', async () => {
  const clock = new FakeClock()
  terminals = new Terminals({ clock, log, start: thread(hangs) })
  const { terminal, told } = open()
  const drawing = terminal?.draw()
  clock.advance(9000)
  expect(told.lost).toBe(0)
  clock.advance(1000)
  expect(await drawing).toBeUndefined()
  expect(told.lost).toBe(1)
})

test('a thread that has nothing to do may be silent', () => {
  const clock = new FakeClock()
  terminals = new Terminals({ clock, log, start: thread(hangs) })
  const { told } = open()
  clock.advance(60_000)
  expect(told.lost).toBe(0)
})

test('whatever a device prints, other terminals get their turn', { timeout: 120_000 }, async () => {
  terminals = new Terminals({ clock: new FakeClock(), log })
  const hostile = open()
  const honest = open()
  let end = 0
  for (const bytes of hostileBytes(256 * 1024)) {
    end += bytes.length
    hostile.terminal?.write(new Uint8Array(bytes), end, false)
  }
  honest.terminal?.write(new Uint8Array(Buffer.from('login: ')), 7, false)
  expect(await honest.terminal?.view()).toMatchObject({ cursor: { row: 0, col: 7 } })
  // Given up when it took too long, else alive: it answers either way, and the other one has not noticed.
  await hostile.terminal?.view()
  expect(hostile.told.lost === 1 || hostile.told.parsed === end).toBe(true)
  expect(honest.told.lost).toBe(0)
})
