import { describe, expect, test } from 'vitest'
import { recognise } from '../../../../server/console/prompts/recognise.ts'
import { loaderNames } from '../../../../server/recover/boot/loaders.ts'
import { nextBootStep } from '../../../../server/recover/boot/state.ts'
import type { BootSight, BootState, Catching } from '../../../../server/recover/boot/step.ts'

const size = { rows: 24, cols: 80 }
const catching: Catching = { at: 'catching', keys: 0, spoke: false, unseen: null, again: true }
const banner = { heard: 'SYSLINUX 6.04 20210613 Copyright (C) 1994-2015 H. Peter Anvin et al' }
const added = ' init=/bin/sh loglevel=7 plymouth.enable=0 console=ttyS0,115200n8'
const line = '.linux /vmlinuz root=/dev/vda1 ro console=tty0 console=ttyS0,115200n8 quiet initrd=/initrd.img'

/** Rows from the top; the cursor behind the last of them. */
function sight(rows: string[], more: Partial<BootSight> = {}): BootSight {
  const filled = [...rows, ...Array<string>(size.rows).fill('')].slice(0, size.rows)
  const cursor = { row: Math.max(rows.length - 1, 0), col: rows.at(-1)?.length ?? 0 }
  const view = { rows: filled, cursor, size, alternate: false, offset: 0 }
  return { prompt: recognise(view), view, heard: '', raw: '', waited: 0, ...more }
}

const edge = (left: string, right: string) => `          ${left}${'─'.repeat(58)}${right}`
const inside = (text: string) => `          │ ${text.padEnd(56)} │`
const frame = [
  edge('┌', '┐'),
  inside('Boot menu'),
  edge('├', '┤'),
  inside('Debian GNU/Linux'),
  ...Array.from({ length: 11 }, () => inside('')),
  edge('└', '┘'),
  '',
]
const tabLine = '                          Press [Tab] to edit options'
const menu = [...frame, tabLine]
const counting = '                         Automatic boot in 5 seconds...'
/** The line under the frame, over as many rows as it takes. */
function editor(text: string): string[] {
  const rows = `> ${text}`.match(/.{1,80}/g) ?? []
  return [...frame, ...rows]
}
const prompt = (labels: string, typed = '') => ['boot: ', ` ${labels}`, `boot: ${typed}`]

describe('SYSLINUX’s menu', () => {
  test('gets Tab, and its line is read over its rows, added to, read back and booted', () => {
    const opened = nextBootStep(catching, sight([...menu, '', counting], banner))
    expect(opened).toEqual({ state: { at: 'opening', loader: 'syslinux-menu', inside: 0 }, key: 'edit' })
    const there = nextBootStep(opened.state, sight(editor(line), { raw: '> ' }))
    expect(there.state).toMatchObject({ at: 'seeking', loader: 'syslinux-menu' })
    const reading = nextBootStep(there.state, sight(editor(line)))
    expect(reading).toEqual({ state: { at: 'reading', loader: 'syslinux-menu', text: null }, key: 'end' })
    const once = nextBootStep(reading.state, sight(editor(line)))
    expect(once.state).toMatchObject({ at: 'reading', text: line })
    const back = nextBootStep(once.state, sight(editor(line)))
    expect(back).toMatchObject({
      state: { at: 'reading-back', added, wanted: line + added },
      key: 'addition',
    })
    for (const damaged of [line, `${line}${added.slice(0, -1)}`, `${line}${added.replace('bin', 'bn')}`])
      expect(nextBootStep(back.state, sight(editor(damaged))).key).toBe('none')
    expect(nextBootStep(back.state, sight(editor(line + added)))).toEqual({
      state: { at: 'booting' },
      key: 'boot',
    })
  })

  test('that stands there from before the restart is not taken for the one to come', () => {
    expect(nextBootStep(catching, sight(menu)).key).toBe('none')
  })

  test('is none any more when a system has printed under it', () => {
    expect(sight([...menu, '', '[    0.000000] Linux version 6.1.0']).prompt.kind).toBe('unknown')
  })

  test('is called by Tab where it is hidden, and not without end', () => {
    let state: BootState = catching
    let keys = 0
    for (let look = 0; look < 100; look++) {
      const next = nextBootStep(state, sight(['', counting], { ...banner, waited: 2000 }))
      if (next.key === 'tab') keys += 1
      state = next.state
    }
    expect(keys).toBe(6)
    expect(nextBootStep(state, sight(menu)).key).toBe('edit')
  })

  const seeking: BootState = { at: 'seeking', loader: 'syslinux-menu', keys: 0, inside: 0 }

  test.each([
    '/vmlinuz initrd=/initrd.img root=/dev/vda1',
    'vmlinuz-6.1.0-amd64 root=/dev/vda1',
    '.linux vmlinuz',
  ])('loads Linux by %s', (text) => {
    expect(nextBootStep(seeking, sight(editor(text))).key).toBe('end')
  })

  test.each(['.com32 chain.c32 hd0 1', 'menu.c32 other.cfg', '.localboot 0', 'memtest.bin', '.config x'])(
    'loads no Linux by %s',
    (text) => {
      const late = nextBootStep(seeking, sight(editor(text), { waited: 3000 }))
      expect(late.state).toEqual({ at: 'refused', cause: 'no-linux-line' })
    },
  )

  test('does not write to a line that reaches the last row, and may have scrolled', () => {
    const long = editor(`.linux /vmlinuz ${'x'.repeat(size.cols * 6)}`)
    expect(long).toHaveLength(size.rows)
    const reading: BootState = { at: 'reading', loader: 'syslinux-menu', text: null }
    expect(nextBootStep(reading, sight(long)).key).toBe('none')
    const late = nextBootStep(reading, sight(long, { waited: 3000 }))
    expect(late.state).toEqual({ at: 'refused', cause: 'line-too-long' })
  })

  test('that wants a password is left to whoever has it', () => {
    const opening: BootState = { at: 'opening', loader: 'syslinux-menu', inside: 0 }
    const asked = nextBootStep(opening, sight(frame, { heard: ' Password required ' }))
    expect(asked.state).toEqual({ at: 'refused', cause: 'loader-password' })
  })
})

describe('SYSLINUX’s prompt', () => {
  const seeking: BootState = { at: 'seeking', loader: 'syslinux-prompt', keys: 0, inside: 0 }

  test('lists its labels for Tab, and boots the only one with what is typed behind it', () => {
    const opened = nextBootStep(catching, sight(['boot: '], banner))
    expect(opened).toEqual({ state: { at: 'opening', loader: 'syslinux-prompt', inside: 0 }, key: 'edit' })
    expect(nextBootStep(opened.state, sight(['boot: '])).state).toEqual(opened.state)
    const listed = sight(prompt('debian'), { heard: '\n debian\nboot: ' })
    const there = nextBootStep(opened.state, listed)
    expect(there.state).toEqual(seeking)
    const reading = nextBootStep(seeking, listed)
    const once = nextBootStep(reading.state, listed)
    const back = nextBootStep(once.state, listed)
    const typed = 'debian init=/bin/sh loglevel=7 plymouth.enable=0'
    expect(back).toMatchObject({
      state: { at: 'reading-back', added: typed, wanted: typed },
      key: 'addition',
    })
    expect(nextBootStep(back.state, sight(prompt('debian', typed.slice(0, -1)))).key).toBe('none')
    expect(nextBootStep(back.state, sight(prompt('debian', `x${typed}`))).key).toBe('none')
    expect(nextBootStep(back.state, sight(prompt('debian', typed))).key).toBe('boot')
  })

  test.each([
    ['several labels', 'debian install'],
    ['none', ''],
    ['what is no label', 'a;reboot'],
    ['what has no end', 'x'.repeat(70)],
  ])('that lists %s is left as it is', (_, labels) => {
    const next = nextBootStep(seeking, sight(prompt(labels)))
    expect(next).toEqual({ state: { at: 'refused', cause: 'which-label' }, key: 'none' })
  })
})

// Whatever is cut off, a screen that says nothing any more is not waited for without end, and nothing is booted by it.
describe.each(loaderNames)('power lost in %s', (loader) => {
  test.each<BootState>([
    { at: 'opening', loader, inside: 0 },
    { at: 'seeking', loader, keys: 3, inside: 0 },
    { at: 'reading', loader, text: null },
    { at: 'reading-back', loader, added: ' x', wanted: 'linux /vmlinuz x' },
  ])('while $at is given up in its time', (state) => {
    const late = nextBootStep(state, sight([], { waited: 1_000_000 }))
    expect(late).toMatchObject({ state: { at: 'refused' }, key: 'none' })
  })
})
