import type { Derive } from './derive.ts'
import { type KeyPair, keyType, publicBlob } from './key-pair.ts'
import { base64, join, lines, sshString, uint32 } from './wire.ts'

/** What ssh-keygen takes since OpenSSH 9.4. */
const rounds = 24

const utf8 = new TextEncoder()
const magic = join(utf8.encode('openssh-key-v1'), new Uint8Array(1))

/** A private key as OpenSSH keeps it (its PROTOCOL.key). Without a passphrase it is readable by whoever has the file. */
export async function openSshFile(
  pair: KeyPair,
  comment: string,
  passphrase: string,
  derive: Derive,
): Promise<string> {
  const sealed = passphrase === '' ? open(pair, comment) : await seal(pair, comment, passphrase, derive)
  const whole = join(magic, sealed.head, uint32(1), sshString(publicBlob(pair)), sshString(sealed.content))
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines(base64(whole), 70).join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`
}

function open(pair: KeyPair, comment: string) {
  return {
    head: join(sshString('none'), sshString('none'), sshString('')),
    content: privatePart(pair, comment, 8),
  }
}

async function seal(pair: KeyPair, comment: string, passphrase: string, derive: Derive) {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const bytes = await derive({
    kind: 'bcrypt',
    passphrase: utf8.encode(passphrase),
    salt,
    times: rounds,
    bytes: 48,
  })
  const key = await crypto.subtle.importKey('raw', bytes.slice(0, 32), 'AES-CTR', false, ['encrypt'])
  const how = { name: 'AES-CTR', counter: bytes.slice(32), length: 128 }
  const content = await crypto.subtle.encrypt(how, key, privatePart(pair, comment, 16))
  const options = join(sshString(salt), uint32(rounds))
  return {
    head: join(sshString('aes256-ctr'), sshString('bcrypt'), sshString(options)),
    content: new Uint8Array(content),
  }
}

/** Twice the same random number, by which a wrong passphrase shows, the key, and 1, 2, 3... up to whole blocks. */
function privatePart(pair: KeyPair, comment: string, block: number): Uint8Array<ArrayBuffer> {
  const check = crypto.getRandomValues(new Uint8Array(4))
  const key = join(check, check, publicBlobAndSeed(pair), sshString(comment))
  const missing = (block - (key.length % block)) % block
  return join(
    key,
    Uint8Array.from({ length: missing }, (_, at) => at + 1),
  )
}

function publicBlobAndSeed({ publicKey, seed }: KeyPair): Uint8Array {
  return join(sshString(keyType), sshString(publicKey), sshString(join(seed, publicKey)))
}
