import { describe, expect, test } from 'vitest'
import { recognise } from '../../../../server/console/prompts/recognise.ts'
import { nextBootStep } from '../../../../server/recover/boot/state.ts'
import type { BootSight, BootState, Catching } from '../../../../server/recover/boot/step.ts'
import { editorScreen, menuScreen, submenuScreen } from './grub-screens.ts'

const drawn = { heard: 'GNU GRUB  version 2.06' }
const blank = { rows: [''], cursor: { row: 0, col: 0 } }
const catching: Catching = { at: 'catching', keys: 0, spoke: false, unseen: null, again: true }

function sight(view: Pick<typeof blank, 'rows' | 'cursor'>, more: Partial<BootSight> = {}): BootSight {
  const whole = { ...view, size: { rows: 24, cols: 80 }, alternate: false, offset: 0 }
  return { prompt: recognise(whole), view: whole, heard: '', raw: '', waited: 0, ...more }
}

describe('a menu that is hidden', () => {
  test('gets Esc where GRUB has cleared its serial terminal', () => {
    const cleared = { raw: '\x1b[H\x1b[J\x1b[1;1H', waited: 300 }
    const pressed = nextBootStep(catching, sight(blank, cleared))
    expect(pressed).toEqual({ state: { ...catching, keys: 1 }, key: 'escape' })
    const menu = nextBootStep(pressed.state, sight(menuScreen, drawn))
    expect(menu).toEqual({ state: { at: 'opening', loader: 'grub', inside: 0 }, key: 'edit' })
  })

  test('gets nothing where firmware cleared it, which may take Esc for itself', () => {
    const cleared = { raw: '\x1b[2J\x1b[01;01H', waited: 3000 }
    expect(nextBootStep(catching, sight(blank, cleared)).key).toBe('none')
    expect(nextBootStep(catching, sight(blank, { waited: 60_000 })).key).toBe('none')
  })

  const started = sight(blank, {
    heard: "  Booting `Debian GNU/Linux'\n\nLoading Linux 6.1.0 ...\n[    0.000000] Linux version 6.1.0",
  })

  test('and waits for no time is started once more, Esc pressed all the while', () => {
    const again = nextBootStep(catching, started)
    const unseen = { ...catching, unseen: 0, again: false }
    expect(again).toEqual({ state: unseen, key: 'restart' })
    expect(nextBootStep(again.state, sight(blank, { waited: 100 })).key).toBe('none')
    const pressed = nextBootStep(again.state, sight(blank, { waited: 300 }))
    expect(pressed).toEqual({ state: { ...unseen, unseen: 1 }, key: 'escape' })
    expect(nextBootStep(pressed.state, sight(menuScreen)).key).toBe('edit')
    expect(nextBootStep(pressed.state, started).state).toEqual({ at: 'refused', cause: 'menu-missed' })
  })

  test('is known to be past also where the kernel is the first that says anything', () => {
    const raw = '\x1b[2J[    0.000000] Linux version 6.1.0\r\n'
    expect(nextBootStep(catching, sight(blank, { raw })).key).toBe('restart')
  })

  test('is pressed for beside a login prompt that stands there from before, until something answers there', () => {
    const pressing: BootState = { ...catching, unseen: 1, again: false }
    const login = { rows: ['lab1 login: '], cursor: { row: 0, col: 12 } }
    expect(nextBootStep(pressing, sight(login, { waited: 300 })).key).toBe('escape')
    const answered = nextBootStep(pressing, sight(login, { raw: '\x1b', waited: 300 }))
    expect(answered.state).toEqual({ at: 'refused', cause: 'menu-missed' })
  })

  test('is not sought by a second start where a person starts it, or firmware could be read', () => {
    const refused = { at: 'refused', cause: 'menu-missed' }
    expect(nextBootStep({ ...catching, again: false }, started).state).toEqual(refused)
    expect(nextBootStep({ ...catching, spoke: true }, started).state).toEqual(refused)
    const spoke = sight(blank, { heard: `Press F2 for setup\n${started.heard}` })
    expect(nextBootStep(catching, spoke).state).toEqual(refused)
  })

  test('is not pressed for without end', () => {
    let state: BootState = { ...catching, unseen: 0, again: false }
    let keys = 0
    for (let look = 0; look < 3000; look++) {
      const next = nextBootStep(state, sight(blank, { waited: 300 }))
      if (next.key !== 'none') keys += 1
      state = next.state
    }
    expect(keys).toBe(2000)
    const late = nextBootStep(state, sight(blank, { waited: 1_000_000 }))
    expect(late.state).toEqual({ at: 'refused', cause: 'no-boot-loader' })
  })
})

test('a menu that stands there from before the restart is not taken for the one to come', () => {
  expect(nextBootStep(catching, sight(menuScreen)).key).toBe('none')
})

test('an entry that is a submenu is left, entered, and its own entry edited', () => {
  const body = "        menuentry 'Debian GNU/Linux, with Linux 6.1.0' --class debian {"
  const found = nextBootStep({ at: 'seeking', loader: 'grub', keys: 0, inside: 0 }, sight(editorScreen(body)))
  expect(found).toEqual({ state: { at: 'leaving', loader: 'grub', inside: 0 }, key: 'escape' })
  expect(nextBootStep(found.state, sight(editorScreen(body))).key).toBe('none')
  const left = nextBootStep(found.state, sight(menuScreen, drawn))
  expect(left).toEqual({ state: { at: 'entering', loader: 'grub', inside: 0 }, key: 'enter' })
  expect(nextBootStep(left.state, sight(menuScreen)).key).toBe('none')
  const inside = nextBootStep(left.state, sight(submenuScreen, drawn))
  expect(inside).toEqual({ state: { at: 'opening', loader: 'grub', inside: 1 }, key: 'edit' })
})

test('a line whose end is below the window is not written to before it is in sight', () => {
  const cut = editorScreen(`  linux /vmlinuz ${'x'.repeat(100)}`)
  const rows = [...cut.rows.slice(0, 8), ...cut.rows.slice(9)].map((row, at) => (at === 8 ? ' +---+' : row))
  expect(nextBootStep({ at: 'reading', loader: 'grub', text: null }, sight({ ...cut, rows })).key).toBe(
    'none',
  )
  const late = nextBootStep(
    { at: 'reading', loader: 'grub', text: null },
    sight({ ...cut, rows }, { waited: 3000 }),
  )
  expect(late.state).toEqual({ at: 'refused', cause: 'line-too-long' })
})

// Whatever is cut off, a screen that says nothing any more is not waited for without end, and nothing is booted by it.
test.each<BootState>([
  catching,
  { ...catching, unseen: 2000 },
  { at: 'opening', loader: 'grub', inside: 0 },
  { at: 'seeking', loader: 'grub', keys: 3, inside: 0 },
  { at: 'leaving', loader: 'grub', inside: 0 },
  { at: 'entering', loader: 'grub', inside: 0 },
  { at: 'reading', loader: 'grub', text: null },
  { at: 'reading-back', loader: 'grub', added: ' x', wanted: 'linux /vmlinuz x' },
  { at: 'booting' },
])('power lost while $at: given up in its time', (state) => {
  const late = nextBootStep(state, sight(blank, { waited: 1_000_000 }))
  expect(late).toMatchObject({ state: { at: 'refused' }, key: 'none' })
})

test.each<BootState>([
  { at: 'opening', loader: 'grub', inside: 0 },
  { at: 'leaving', loader: 'grub', inside: 0 },
  { at: 'reading-back', loader: 'grub', added: ' x', wanted: 'linux /vmlinuz x' },
  { at: 'booting' },
])('power that came back while $at boots nothing', (state) => {
  const next = nextBootStep(state, sight(menuScreen, { ...drawn, waited: 1000 }))
  expect(next.key).not.toBe('boot')
})
