import { describe, expect, test } from 'vitest'
import { failureOf, toFailure } from '../../../client/web/api/failure.ts'
import { gatewayNow, learnGatewayTime } from '../../../client/web/api/gateway-clock.ts'
import { detailWords, entryWords, isNotable } from '../../../client/web/audit/words.ts'
import { fieldErrors, unplaced } from '../../../client/web/parts/mistakes.ts'
import { localPath } from '../../../client/web/shell/local-path.ts'
import { browserOf } from '../../../client/web/words/browser.ts'
import { bytes, count, names } from '../../../client/web/words/count.ts'
import { lineWords } from '../../../client/web/words/line.ts'
import { hueOf, initials } from '../../../client/web/words/person.ts'
import { ago, dateTime, duration, secondsUntil } from '../../../client/web/words/time.ts'
import type { AuditAction, AuditEntry } from '../../../server/contract/audit.ts'

test.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [47 * 3_600_000, '47 h'],
  [48 * 3_600_000, '2 d'],
])('%i ms last %s', (ms, words) => expect(duration(ms)).toBe(words))

test('ages and countdowns never go below nothing', () => {
  expect(ago(5000, 4000)).toBe('just now')
  expect(ago(0, 61_000)).toBe('1 min ago')
  expect(secondsUntil(900, 1000)).toBe(0)
  expect(secondsUntil(1001, 1000)).toBe(1)
})

test('a date sorts by eye', () =>
  expect(dateTime(new Date(2026, 2, 4, 5, 6, 7).getTime())).toBe('2026-03-04 05:06:07'))

test('counts agree with their noun', () => {
  expect(count(1, 'device')).toBe('1 device')
  expect(count(1200, 'device')).toBe('1,200 devices')
  expect([bytes(1), bytes(1023), bytes(1536), bytes(3 * 1024 * 1024)]).toEqual([
    '1 byte',
    '1,023 bytes',
    '1.5 KiB',
    '3.0 MiB',
  ])
})

test('names are listed as people would', () => {
  expect([names([]), names(['A']), names(['A', 'B']), names(['A', 'B', 'C', 'D'])]).toEqual([
    '',
    'A',
    'A and B',
    'A, B and 2 more',
  ])
})

test.each([
  ['Ada Lovelace', 'AL'],
  ['root', 'RO'],
  ['jean.luc@example.org', 'JL'],
  ['Émile Zola', 'ÉZ'],
  ['', '?'],
  ['𝒜 b', '𝒜B'],
])('%j is shown as %s', (name, letters) => {
  expect(initials(name)).toBe(letters)
  expect(hueOf(name)).toBe(hueOf(name))
})

test('a program is named as far as it tells', () => {
  expect(browserOf('Mozilla/5.0 (X11; Linux x86_64) Chrome/1 Safari/1 Edg/1')).toBe('Edge on Linux')
  expect(browserOf('Mozilla/5.0 (iPhone; CPU iPhone OS like Mac OS X) Safari/1')).toBe('Safari on iOS')
  expect([browserOf('curl/8'), browserOf('')]).toEqual(['curl/8', 'Unknown program'])
})

test('a line says when the next try is', () => {
  const line = {
    state: 'waiting',
    since: 0,
    attempt: 1,
    retryAt: 90_000,
    cause: { code: 'busy', message: 'm' },
  } as const
  expect(lineWords(line, 0)).toEqual({
    tone: 'trouble',
    word: 'Busy',
    detail: 'next try in 1 min',
    cause: 'm',
  })
  expect(lineWords(line, 100_000).detail).toBe('trying again now')
})

describe('a failure', () => {
  test('carries the gateway’s words and mistakes', () => {
    const mistakes = [{ path: ['transport', 'port'], message: 'no' }]
    const failure = failureOf(400, { error: { code: 'bad-request', message: 'm', mistakes, retryAfter: 3 } })
    expect(failure).toMatchObject({ code: 'bad-request', message: 'm', mistakes, retryAfter: 3 })
    expect(fieldErrors(failure)).toEqual({ 'transport.port': 'no' })
    expect([unplaced(failure, ['transport.port']), unplaced(failure, ['name'])]).toEqual([false, true])
  })

  test('is told also when the answer was not the gateway’s', () => {
    expect(failureOf(502, '<html>').message).toContain('502')
    expect(toFailure(new TypeError('x')).code).toBe('internal')
  })
})

test('only an address of this page is gone back to', () => {
  expect(localPath('/devices/x?q=1')).toEqual({ to: '/devices/x?q=1' })
  for (const elsewhere of ['//evil.example', '/\\evil.example', 'https://evil.example', '', 7, undefined]) {
    expect(localPath(elsewhere)).toEqual({})
  }
})

test('the gateway’s clock is learnt from its answers, and small differences are noise', () => {
  learnGatewayTime(new Date(61_000).toUTCString(), 1000)
  expect(gatewayNow() - Date.now()).toBeGreaterThan(59_000)
  learnGatewayTime('nonsense', 1000)
  expect(gatewayNow() - Date.now()).toBeGreaterThan(59_000)
  learnGatewayTime(new Date(2000).toUTCString(), 1000)
  expect(gatewayNow() - Date.now()).toBeLessThan(1000)
})

const entry = (action: AuditAction, detail: AuditEntry['detail'] = {}): AuditEntry => ({
  seq: 1,
  at: 0,
  action,
  actorId: null,
  actor: 'a',
  address: null,
  projectId: null,
  deviceId: null,
  target: null,
  detail,
  hash: '',
})

test.each([
  [entry('console.lock', { event: 'forced' }), 'Forced the write lock', true],
  [entry('console.lock', { event: 'from the future' }), 'Write lock', false],
  [entry('console.line', { state: 'waiting' }), 'Line down', false],
  [entry('session.refused'), 'Sign-in refused', true],
  [entry('device.changed'), 'Changed a device', false],
])('the audit says what happened, and marks what deserves a second look', (it, words, notable) => {
  expect(entryWords(it)).toBe(words)
  expect(isNotable(it)).toBe(notable)
})

test('details of the audit leave out what says nothing', () => {
  expect(detailWords({ event: 'forced', reason: 'why', by: null, text: '', tries: 0, ok: false })).toBe(
    'event: forced · reason: why · tries: 0 · ok: false',
  )
})
