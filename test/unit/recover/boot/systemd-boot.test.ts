import { describe, expect, test } from 'vitest'
import { recognise } from '../../../../server/console/prompts/recognise.ts'
import { nextBootStep } from '../../../../server/recover/boot/state.ts'
import type { BootSight, BootState, Catching } from '../../../../server/recover/boot/step.ts'

const size = { rows: 24, cols: 80 }
const catching: Catching = { at: 'catching', keys: 0, spoke: false, unseen: null, again: true }
const firmware = { heard: 'BdsDxe: starting Boot0001' }

/** Its console has more rows than the screen: all is drawn in the last. The cursor stands in `col` of it. */
function sight(row: string, col: number, more: Partial<BootSight> = {}): BootSight {
  const rows = [...Array<string>(size.rows - 1).fill(''), row]
  const view = { rows, cursor: { row: size.rows - 1, col }, size, alternate: false, offset: 0 }
  return { prompt: recognise(view), view, heard: row, raw: '', waited: 0, ...more }
}

const counting = `${' '.repeat(34)}Boot in 3 s.`
const added = ' init=/bin/sh loglevel=7 plymouth.enable=0 console=ttyS0,115200n8'
const short = 'root=/dev/vda1 ro console=tty0 console=ttyS0,115200n8'
/** The cursor behind the end: the last 77 letters are in sight. */
const atEnd = (text: string, more: Partial<BootSight> = {}) =>
  sight(` ${text.slice(-77)}`, Math.min(text.length, 77) + 2, more)

const opening: BootState = { at: 'opening', loader: 'systemd-boot', inside: 0 }
const seeking: BootState = { at: 'seeking', loader: 'systemd-boot', keys: 0, inside: 0 }

function readThere(text: string) {
  const reading = nextBootStep(seeking, sight(` ${text.slice(0, 78)}`, 2))
  expect(reading).toMatchObject({ state: { at: 'reading' }, key: 'end' })
  return nextBootStep(nextBootStep(reading.state, atEnd(text)).state, atEnd(text))
}

describe('systemd-boot', () => {
  test('gets e, and its options are added to at their end, read back and booted', () => {
    expect(nextBootStep(catching, sight(counting, 20, firmware))).toEqual({ state: opening, key: 'edit' })
    expect(nextBootStep(opening, sight(counting, 20)).state).toEqual(opening)
    expect(nextBootStep(opening, sight(` ${short}`, 2)).state).toEqual(seeking)
    const back = readThere(short)
    expect(back).toMatchObject({ state: { at: 'reading-back', added }, key: 'addition' })
    for (const damaged of [
      short,
      short + added.slice(0, -1),
      short + added.replace('bin', 'bn'),
      `${short}${added}x`,
      short.replace('ttyS0', 'ttyS9') + added,
    ])
      expect(nextBootStep(back.state, atEnd(damaged)).key).toBe('none')
    expect(nextBootStep(back.state, atEnd(short + added))).toEqual({ state: { at: 'booting' }, key: 'boot' })
  })

  test('is not written to while the cursor is not behind the end', () => {
    const reading: BootState = { at: 'reading', loader: 'systemd-boot', text: null }
    expect(nextBootStep(reading, sight(` ${short}`, 2)).key).toBe('none')
    const late = nextBootStep(reading, sight(` ${short}`, 2, { waited: 3000 }))
    expect(late.state).toEqual({ at: 'refused', cause: 'line-too-long' })
  })

  test('keeps the console that is out of sight, or gets the one that is in sight', () => {
    const many = Array.from({ length: 12 }, (_, at) => `lab.option${at}=${at}`).join(' ')
    const kept = readThere(`root=/dev/vda1 console=ttyS1 ${many}`)
    expect(kept.state).toMatchObject({ added: ' init=/bin/sh loglevel=7 plymouth.enable=0' })
    const seen = readThere(`root=/dev/vda1 ${many} console=ttyS1`)
    expect(seen.state).toMatchObject({ added: ' init=/bin/sh loglevel=7 plymouth.enable=0 console=ttyS1' })
  })

  test('boots nothing that was typed and cannot be seen as a whole', () => {
    const endless = `root=/dev/vda1 console=ttyS0${'0'.repeat(60)}`
    const back = readThere(`${'x'.repeat(9)} ${endless.slice(-66)}`)
    const state: BootState = {
      at: 'reading-back',
      loader: 'systemd-boot',
      added: ` ${endless}`,
      wanted: `x ${endless}`,
    }
    expect(back.key).toBe('addition')
    expect(nextBootStep(state, atEnd(state.wanted)).key).toBe('none')
  })

  test('that says that it lets nothing be edited is believed', () => {
    const said = `${' '.repeat(15)}Entry does not support editing the command line.`
    expect(nextBootStep(opening, sight(said, 13)).state).toEqual({ at: 'refused', cause: 'no-editor' })
  })

  test.each(['Reboot Into Firmware Interface', '[    0.000000] Linux version', 'web7 login:'])(
    'is not taken to have opened its entry by “%s”',
    (text) => {
      expect(nextBootStep(opening, sight(` ${text}`, 2)).state).not.toMatchObject({ at: 'seeking' })
    },
  )
})
