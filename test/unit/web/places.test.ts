import { Terminal } from '@xterm/headless'
import { expect, it } from 'vitest'
import { notePlaces } from '../../../client/web/console/terminal/places.ts'

function opened(scrollback: number) {
  const terminal = new Terminal({ rows: 4, cols: 10, scrollback, allowProposedApi: true })
  const places = notePlaces(terminal)
  const write = (text: string) => new Promise<void>((done) => terminal.write(text, done))
  return { places, write }
}

it('knows nothing before anything was shown', () => {
  expect(opened(10).places.oldest()).toBe(null)
})

it('counts back from what is known to the top of a screen that the gateway drew', async () => {
  const { places, write } = opened(100)
  const screen = `one\r\ntwo\r\n${'wrapped '.repeat(3)}\r\nfünf\r\nsix\r\n# `
  await write(`\x1bc${screen}`)
  places.note(1000)
  // What stands behind the last newline is on the line of the note.
  const above = Buffer.byteLength(screen) - '# '.length
  expect(places.oldest()).toBe(1000 - above)
})

it('lets go of lines that scrolled out of memory', async () => {
  const { places, write } = opened(20)
  let offset = 0
  for (let at = 0; at < 100; at++) {
    places.note(offset)
    await write(`${at}\r\n`)
    offset += 20_000
  }
  const oldest = places.oldest() ?? 0
  expect(oldest).toBeGreaterThan(70 * 20_000)
  expect(oldest).toBeLessThan(80 * 20_000)
})

it('notes anew where a drawn screen took the notes before it', async () => {
  const { places, write } = opened(20)
  places.note(5000)
  await write('\x1bc')
  places.note(5000)
  await write('more\r\n')
  expect(places.oldest()).toBe(5000)
})

it('knows by the last note of a line how far it goes', async () => {
  const { places, write } = opened(100)
  await write('one\r\n')
  for (const offset of [20_000, 40_000, 60_000]) places.note(offset)
  expect(places.oldest()).toBe(60_000 - 'one\r\n'.length)
})
