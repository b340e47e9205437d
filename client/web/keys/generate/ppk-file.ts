import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Derive } from './derive.ts'
import { type KeyPair, keyType, publicBlob } from './key-pair.ts'
import { base64, hex, join, lines, sshString } from './wire.ts'

/** PuTTYgen's own memory; it takes as many passes as fit into 100 ms, which were 13 on the machine this was tried on. */
const memory = 8192
const passes = 13

const utf8 = new TextEncoder()

interface Secrets {
  encryption: 'none' | 'aes256-cbc'
  /** The lines that say how the passphrase became keys. */
  derivation: string[]
  macKey: Uint8Array
  plain: Uint8Array
  stored: Uint8Array
}

/** A private key as PuTTY 0.75 and later keeps it: version 3 of .ppk (PuTTY's manual, appendix C). */
export async function ppkFile(
  pair: KeyPair,
  comment: string,
  passphrase: string,
  derive: Derive,
): Promise<string> {
  const secrets = passphrase === '' ? open(pair) : await seal(pair, passphrase, derive)
  const publicLines = lines(base64(publicBlob(pair)), 64)
  const privateLines = lines(base64(secrets.stored), 64)
  const file = [
    `PuTTY-User-Key-File-3: ${keyType}`,
    `Encryption: ${secrets.encryption}`,
    `Comment: ${comment}`,
    `Public-Lines: ${publicLines.length}`,
    ...publicLines,
    ...secrets.derivation,
    `Private-Lines: ${privateLines.length}`,
    ...privateLines,
    `Private-MAC: ${hex(mac(secrets, pair, comment))}`,
  ]
  return `${file.join('\r\n')}\r\n`
}

function mac({ macKey, encryption, plain }: Secrets, pair: KeyPair, comment: string): Uint8Array {
  const covered = [keyType, encryption, comment, publicBlob(pair), plain].map(sshString)
  // WebCrypto takes no empty key, which is what a file without a passphrase has.
  return hmac(sha256, macKey, join(...covered))
}

function open({ seed }: KeyPair): Secrets {
  const plain = sshString(seed)
  return { encryption: 'none', derivation: [], macKey: new Uint8Array(), plain, stored: plain }
}

async function seal({ seed }: KeyPair, passphrase: string, derive: Derive): Promise<Secrets> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const bytes = await derive({
    kind: 'argon2id',
    passphrase: utf8.encode(passphrase),
    salt,
    times: passes,
    memory,
    bytes: 80,
  })
  const plain = await padded(sshString(seed))
  const key = await crypto.subtle.importKey('raw', bytes.slice(0, 32), 'AES-CBC', false, ['encrypt'])
  const sealed = await crypto.subtle.encrypt({ name: 'AES-CBC', iv: bytes.slice(32, 48) }, key, plain)
  return {
    encryption: 'aes256-cbc',
    derivation: [
      'Key-Derivation: Argon2id',
      `Argon2-Memory: ${memory}`,
      `Argon2-Passes: ${passes}`,
      'Argon2-Parallelism: 1',
      `Argon2-Salt: ${hex(salt)}`,
    ],
    macKey: bytes.slice(48),
    plain,
    // WebCrypto adds a block of padding, which the format does not have.
    stored: new Uint8Array(sealed).slice(0, plain.length),
  }
}

/** Up to whole blocks with the beginning of its own SHA-1, as PuTTY does. */
async function padded(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', content))
  return join(content, digest.slice(0, (16 - (content.length % 16)) % 16))
}
