import { describe, expect, test } from 'vitest'
import { fromLines, fromStanzas } from '../../lab/image/mirror.ts'

describe('one-line sources', () => {
  test.each([
    ['deb http://mirror.example/debian bookworm main', 'http://mirror.example/debian'],
    ['deb [arch=amd64 signed-by=/k.gpg] https://m.example/d bookworm main contrib', 'https://m.example/d'],
    ['# deb http://old.example/debian bookworm main\ndeb file:/srv/debian bookworm main', 'file:/srv/debian'],
    ['deb http://m.example/debian bookworm-updates main', undefined],
    ['deb-src http://m.example/debian bookworm main', undefined],
    ['deb http://m.example/debian bookworm contrib', undefined],
    ['deb mirror+file:/etc/apt/mirrors.list bookworm main', undefined],
    ['', undefined],
  ])('%s', (text, mirror) => {
    expect(fromLines(text, 'bookworm')).toBe(mirror)
  })
})

describe('deb822 sources', () => {
  const stanza = (fields: Record<string, string>) =>
    Object.entries({
      Types: 'deb',
      URIs: 'http://m.example/debian',
      Suites: 'bookworm bookworm-updates',
      Components: 'main',
      ...fields,
    })
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n')

  test.each([
    ['a plain one', stanza({}), 'http://m.example/debian'],
    ['one that is off', stanza({ Enabled: 'no' }), undefined],
    ['security only', stanza({ Suites: 'bookworm-security' }), undefined],
    ['a mirror list first', stanza({ URIs: 'mirror+file:/m http://m.example/d' }), 'http://m.example/d'],
    [
      'another suite, then ours',
      `${stanza({ Suites: 'nodistro' })}\n\n${stanza({})}`,
      'http://m.example/debian',
    ],
    ['sources only', stanza({ Types: 'deb-src' }), undefined],
  ])('%s', (_, text, mirror) => {
    expect(fromStanzas(text, 'bookworm')).toBe(mirror)
  })
})
