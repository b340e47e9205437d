import { createHash, randomInt } from 'node:crypto'
import type { Secret } from '../base/secret.ts'

/** What crypt(3) takes when nothing else is said, and so what every Linux and BSD reads; its work is nothing against 100 bits. */
const rounds = 5000
const saltLength = 16
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `$6$SALT$HASH`, as /etc/shadow and cloud-init take it. */
export function sha512Crypt(password: Secret, salt = newSalt()): string {
  const key = Buffer.from(password.reveal())
  const hash = derive(key, Buffer.from(salt))
  key.fill(0)
  return `$6$${salt}$${print(hash)}`
}

function newSalt(): string {
  return Array.from({ length: saltLength }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** "Unix crypt using SHA-256 and SHA-512", Ulrich Drepper, version 0.6; the steps are numbered as there. */
function derive(key: Buffer, salt: Buffer): Buffer {
  // 4 to 8
  const alternate = sha512(key, salt, key)
  // 9 to 12
  const mixed = lengthBits(key.length).map((bit) => (bit ? alternate : key))
  let digest = sha512(key, salt, repeated(alternate, key.length), ...mixed)
  // 13 to 20
  const keys = repeated(sha512(...Array<Buffer>(key.length).fill(key)), key.length)
  const salts = repeated(sha512(...Array<Buffer>(16 + (digest[0] ?? 0)).fill(salt)), salt.length)
  // 21
  for (let round = 0; round < rounds; round += 1) {
    const parts = [round % 2 === 1 ? keys : digest]
    if (round % 3 !== 0) parts.push(salts)
    if (round % 7 !== 0) parts.push(keys)
    parts.push(round % 2 === 1 ? digest : keys)
    digest = sha512(...parts)
  }
  return digest
}

/** The bits of a length from the lowest to the highest that is set. */
function lengthBits(length: number): boolean[] {
  return Array.from(length.toString(2), (digit) => digit === '1').reverse()
}

function repeated(block: Buffer, length: number): Buffer {
  return Buffer.alloc(length, block)
}

function sha512(...parts: Buffer[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Step 22: bytes 0, 21 and 42 make four characters, the lowest six bits first; each next three are one further, turned by one. */
function print(hash: Buffer): string {
  let text = ''
  let [first, second, third] = [0, 21, 42]
  for (let group = 0; group < 21; group += 1) {
    text += characters(((hash[first] ?? 0) << 16) | ((hash[second] ?? 0) << 8) | (hash[third] ?? 0), 4)
    ;[first, second, third] = [second + 1, third + 1, first + 1]
  }
  return text + characters(hash[63] ?? 0, 2)
}

function characters(value: number, count: number): string {
  return Array.from({ length: count }, (_, at) => alphabet[(value >>> (6 * at)) & 63]).join('')
}
