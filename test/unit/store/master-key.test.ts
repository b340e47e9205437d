import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { MasterKey, parseMasterKey } from '../../../server/store/master-key.ts'

const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => 251 - index))
const key = new MasterKey(bytes)

test.each([
  ['hexadecimal', bytes.toString('hex')],
  ['upper-case hexadecimal', bytes.toString('hex').toUpperCase()],
  ['base64', bytes.toString('base64')],
  ['base64 without padding', bytes.toString('base64').replace('=', '')],
  ['base64url', bytes.toString('base64url')],
  ['base64 with a line end', `${bytes.toString('base64')}\r\n`],
])('%s is understood', (_, text) => {
  expect(parseMasterKey(new Secret(text))?.id).toBe(key.id)
})

test.each([
  ['nothing', ''],
  ['a password', 'correct horse battery staple'],
  ['31 bytes', bytes.subarray(1).toString('base64')],
  ['33 bytes', Buffer.concat([bytes, Buffer.of(1)]).toString('base64')],
  ['16 bytes as hexadecimal', bytes.toString('hex', 16)],
  ['two keys', `${bytes.toString('base64')}\n${bytes.toString('base64')}`],
  ['text around it', `key: ${bytes.toString('hex')}`],
])('%s is no key', (_, text) => {
  expect(parseMasterKey(new Secret(text))).toBeUndefined()
})

test('its id tells keys apart and is no part of the key', () => {
  expect(new MasterKey(bytes).id).toBe(key.id)
  expect(new MasterKey(Buffer.alloc(32)).id).not.toBe(key.id)
  expect(key.id).toMatch(/^[0-9a-f]{32}$/)
  expect(bytes.toString('hex')).not.toContain(key.id)
})

test('each purpose has a key of its own', () => {
  expect(key.derive('sealed entries').equals(key.derive('sealed entries'))).toBe(true)
  expect(key.derive('sealed entries').equals(key.derive('audit head'))).toBe(false)
})

test('nothing that prints objects prints the key', () => {
  const prints = [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), String(key)]
  for (const print of prints) {
    expect(print).not.toContain(bytes.toString('hex'))
    expect(print).not.toContain(bytes.toString('base64'))
    expect(print).not.toMatch(/fb fa f9/)
  }
})
