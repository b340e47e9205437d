import { expect, test } from 'vitest'
import { linesOf } from '../../../server/inject/authorized-keys/lines.ts'
import { names, standingOf, tailOf } from '../../../server/inject/authorized-keys/standing.ts'
import { keyNamed } from './keys.ts'

const K = keyNamed('K')
const L = keyNamed('L')
const now = Date.UTC(2026, 10, 28)

const of = (text: string, server: 'openssh' | 'dropbear' = 'openssh') => {
  const bytes = Buffer.from(text.replaceAll('{K}', K.text).replaceAll('{L}', L.text), 'latin1')
  return standingOf({ blob: K.blob, lines: linesOf(bytes), server, now })
}

test.each([
  ['', 'absent'],
  ['ssh-ed25519 {L}\n', 'absent'],
  ['ssh-ed25519 {K}', 'plain'],
  ['ssh-ed25519 {K} any comment\r\n', 'plain'],
  ['restrict ssh-ed25519 {K}\nssh-ed25519 {K}\n', 'plain'],
  ['from="192.0.2.1",command="ls" ssh-ed25519 {K}\n', 'restricted'],
  ['oops ssh-ed25519 {K}\nfrom="192.0.2.1" ssh-ed25519 {K}\n', 'restricted'],
  ['cert-authority ssh-ed25519 {K}\n', 'is-ca'],
  ['oops ssh-ed25519 {K}\n', 'ineffective'],
  ['command="x ssh-ed25519 {K}\n', 'ineffective'],
  ['command="x" y" ssh-ed25519 {K}\n', 'ineffective'],
  ['\xef\xbb\xbfrestrict ssh-ed25519 {K}\n', 'ineffective'],
  ['expiry-time="20261101" ssh-ed25519 {K}\n', 'ineffective'],
  ['expiry-time="20261127" ssh-ed25519 {K}\n', 'ineffective'],
  ['expiry-time="20261128" ssh-ed25519 {K}\n', 'restricted'],
  ['#ssh-ed25519 {K}\n', 'commented-out'],
  ['  # off: ssh-ed25519 {K}\n', 'commented-out'],
  ['ssh-ed25519 {L}ssh-ed25519 {K}\n', 'dead-copy'],
  ['ssh-ed25519 {L} commentssh-ed25519 {K}\n', 'dead-copy'],
  ['\xef\xbb\xbfssh-ed25519 {K}\n', 'dead-copy'],
  ['\0\0ssh-ed25519 {K}\n', 'dead-copy'],
  ['ssh-rsa {K}\n', 'dead-copy'],
  ['ssh-ed25519 {K}=\n', 'dead-copy'],
  ['ssh-ed25519\n{K}\n', 'dead-copy'],
  ['#ssh-ed25519 {K}\nssh-ed25519 {K}=\n', 'commented-out'],
])('%j says of K: %s', (text, kind) => {
  expect(of(text).kind).toBe(kind)
})

test('tells the line and the options that decide', () => {
  const standing = of('# file\nssh-ed25519 {L}\nfrom="192.0.2.1",pty ssh-ed25519 {K} me\n')
  expect(standing).toMatchObject({ kind: 'restricted', options: 'from="192.0.2.1",pty', line: { number: 3 } })
})

test('judges by the server that reads it', () => {
  expect(of(' ssh-ed25519 {K}\n').kind).toBe('plain')
  expect(of(' ssh-ed25519 {K}\n', 'dropbear').kind).toBe('dead-copy')
  expect(of('from="192.0.2.1" ssh-ed25519 {K}\n', 'dropbear').kind).toBe('ineffective')
  expect(of('# x\rssh-ed25519 {K}\n').kind).toBe('commented-out')
  expect(of('# x\rssh-ed25519 {K}\n', 'dropbear').kind).toBe('plain')
})

test('names what removal would take out: lines that a server reads as this key, whatever their options', () => {
  const line = (text: string) => ({ number: 1, text: text.replace('{K}', K.text).replace('{L}', L.text) })
  expect(names(line('ssh-ed25519 {K}'), K.blob, 'openssh')).toBe(true)
  expect(names(line('oops ssh-ed25519 {K}'), K.blob, 'openssh')).toBe(true)
  expect(names(line('#ssh-ed25519 {K}'), K.blob, 'openssh')).toBe(false)
  expect(names(line('ssh-ed25519 {L} {K}'), K.blob, 'openssh')).toBe(false)
})

test('asks the device for the end of the key, which no padding spoils', () => {
  expect(K.text.replace(/=+$/, '').endsWith(tailOf(K.blob))).toBe(true)
  expect(tailOf(K.blob)).toMatch(/^[A-Za-z0-9+/]{40}$/)
})
