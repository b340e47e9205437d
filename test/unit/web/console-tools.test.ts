import { describe, expect, test } from 'vitest'
import { readAddress } from '../../../client/web/console/address.ts'
import { expressionFault } from '../../../client/web/console/expression.ts'
import { keyBytes, noModifiers, withModifiers } from '../../../client/web/console/key-bytes.ts'
import { type Chord, shortcutOf } from '../../../client/web/console/shortcuts.ts'
import { reisub, sysRqCommand } from '../../../client/web/console/sysrq-words.ts'
import { newAlarm, tabIcon, tabTitle } from '../../../client/web/console/tab-signs.ts'
import { copyable } from '../../../client/web/console/terminal/clipboard.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const typed = (word: string) => new TextEncoder().encode(word)

describe('an address that a device printed', () => {
  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'ftp://a', 'not one', ''])(
    'is none: %s',
    (address) => expect(readAddress(address)).toBeNull(),
  )

  test('is what the browser would open', () => {
    expect(readAddress('HTTPS://Example.org:443/a b')).toEqual({
      href: 'https://example.org/a%20b',
      host: 'example.org',
      label: null,
      disguised: false,
    })
  })

  test.each([
    ['https://bank.example@evil.example/', 'evil.example'],
    ['https://:x@evil.example/', 'evil.example'],
    ['https://b\u0430nk.example/', 'xn--bnk-6cd.example'],
  ])('misleads: %s', (address, host) => expect(readAddress(address)).toMatchObject({ host, disguised: true }))

  test('stands behind other words', () => {
    expect(readAddress('http://evil.example/', 'https://bank.example')).toMatchObject({
      host: 'evil.example',
      label: 'https://bank.example',
      disguised: true,
    })
  })
})

describe('what is copied', () => {
  test('has no blanks at the ends of its lines, and keeps those within', () =>
    expect(copyable('  total  4 \t \r\n\u00a0\n  a b  ')).toBe('  total  4\n\n  a b'))
})

test.each([
  ['mce: [', 'unreadable'],
  ['.*', 'empty'],
  ['x?', 'empty'],
  ['^line \\d+$', null],
])('an expression that cannot be searched for: %s', (text, fault) =>
  expect(expressionFault(text)).toBe(fault),
)

describe('a key of the row', () => {
  test.each([
    ['Escape', noModifiers, '\u001b'],
    ['Tab', noModifiers, '\t'],
    ['Tab', { ctrl: false, alt: true }, '\u001b\t'],
    ['ArrowUp', noModifiers, '\u001b[A'],
    ['ArrowUp', { ctrl: true, alt: false }, '\u001b[1;5A'],
    ['End', { ctrl: true, alt: true }, '\u001b[1;7F'],
    ['PageUp', noModifiers, '\u001b[5~'],
    ['PageDown', { ctrl: false, alt: true }, '\u001b[6;3~'],
  ] as const)('%s %o', (key, held, bytes) => expect(text(keyBytes(key, held, false))).toBe(bytes))

  test('is what an application asked cursor keys to be, unless modifiers are held', () => {
    expect(text(keyBytes('ArrowLeft', noModifiers, true))).toBe('\u001bOD')
    expect(text(keyBytes('Home', noModifiers, true))).toBe('\u001bOH')
    expect(text(keyBytes('ArrowLeft', { ctrl: true, alt: false }, true))).toBe('\u001b[1;5D')
    expect(text(keyBytes('PageUp', noModifiers, true))).toBe('\u001b[5~')
  })
})

describe('Ctrl and Alt that are held for the next key', () => {
  const ctrl = { ctrl: true, alt: false }
  test.each([
    ['c', '\u0003'],
    ['C', '\u0003'],
    ['[', '\u001b'],
    ['@', '\u0000'],
    [' ', '\u0000'],
    ['/', '\u001f'],
    ['?', '\u007f'],
    ['1', '1'],
    ['~', '\u001e'],
    ['é', 'é'],
    ['', ''],
    ['word', 'word'],
  ])('Ctrl makes %j to %j', (key, bytes) => expect(text(withModifiers(typed(key), ctrl))).toBe(bytes))

  test('Alt puts an escape before it', () => {
    expect(text(withModifiers(typed('b'), { ctrl: false, alt: true }))).toBe('\u001bb')
    expect(text(withModifiers(typed('x'), { ctrl: true, alt: true }))).toBe('\u001b\u0018')
    expect(text(withModifiers(typed('b'), noModifiers))).toBe('b')
  })
})

describe('a shortcut', () => {
  const chord = (key: string, held: Partial<Chord> = {}): Chord => ({
    key,
    ctrlKey: true,
    shiftKey: false,
    altKey: false,
    metaKey: false,
    ...held,
  })

  test.each([
    [chord('F', { shiftKey: true }), 'search'],
    [chord('S', { shiftKey: true }), 'sysrq'],
    [chord('?', { shiftKey: true }), 'keys'],
    [chord('+', { shiftKey: true }), 'larger'],
    [chord('='), 'larger'],
    [chord('-'), 'smaller'],
    [chord('0'), 'fit'],
  ])('is for the page: %o', (given, shortcut) => expect(shortcutOf(given)).toBe(shortcut))

  test.each([
    ...'abcdefghijklmnopqrstuvwxyz[]\\ '.split('').map((key) => chord(key)),
    chord('_', { shiftKey: true }),
    chord('^', { shiftKey: true }),
    chord('@', { shiftKey: true }),
    chord('F', { shiftKey: true, altKey: true }),
    chord('-', { altKey: true }),
    chord('F', { ctrlKey: false, shiftKey: true }),
  ])('is for the device: %o', (given) => expect(shortcutOf(given)).toBeNull())
})

describe('SysRq in words', () => {
  test('says which commands hurt', () => {
    const hurts = [...'hsuetwmlpkrfibc'].filter((key) => sysRqCommand(key as 'h')?.danger)
    expect(hurts.sort().join('')).toBe('bcefiku')
  })

  test('guides through what ends a machine gently', () => {
    expect(reisub.map(({ key }) => key).join('')).toBe('reisub')
    for (const { key } of reisub) expect(sysRqCommand(key)?.name).toMatch(/\w/)
  })
})

describe('a tab', () => {
  const quiet = { tone: 'good', word: 'Connected', printed: false, rang: false, alarm: null } as const

  test('names the device first, then what is new, then the state', () => {
    expect(tabTitle('web-1', quiet)).toBe('web-1 · Connected · Lifeline')
    expect(tabTitle('web-1', { ...quiet, printed: true })).toBe('web-1 · New output · Connected · Lifeline')
    expect(tabTitle('web-1', { ...quiet, printed: true, rang: true })).toBe(
      'web-1 · Bell · Connected · Lifeline',
    )
    expect(tabTitle('web-1', { ...quiet, rang: true, alarm: 'panic' })).toBe(
      'web-1 · Kernel panic · Connected · Lifeline',
    )
  })

  test('tells of what came while nobody looked, not of what was seen', () => {
    const attention = { alarm: 'panic', line: 'Kernel panic', at: 50 } as const
    expect(newAlarm(attention, 40)).toBe('panic')
    expect(newAlarm(attention, 60)).toBeNull()
    expect(newAlarm(attention, null)).toBeNull()
    expect(newAlarm(null, 40)).toBeNull()
  })

  test('has an icon of its own for each state, drawn here', () => {
    const icons = [
      quiet,
      { ...quiet, tone: 'off' },
      { ...quiet, tone: 'busy' },
      { ...quiet, tone: 'trouble' },
      { ...quiet, printed: true },
      { ...quiet, tone: 'trouble', printed: true },
    ] as const
    const drawn = icons.map((signs) => tabIcon(signs))
    expect(new Set(drawn).size).toBe(icons.length)
    for (const icon of drawn) expect(icon).toMatch(/^data:image\/svg\+xml,/)
    expect(tabIcon({ ...quiet, rang: true })).toBe(tabIcon({ ...quiet, tone: 'trouble' }))
  })
})
