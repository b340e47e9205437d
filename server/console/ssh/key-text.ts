import { createPrivateKey, type KeyObject } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'

/**
 * Reads an OpenSSH or PEM private key (traditional, PKCS #8 as of RFC 5958). Undefined when it is none, or the passphrase does not fit.
 * Deriving a key from a passphrase takes the time that its author wished: never do it where other consoles wait.
 */
export function parsePrivateKey(text: string, passphrase?: string): ParsedKey | undefined {
  const plain = isPkcs8(text) ? rewritten(text, passphrase) : text.trim()
  if (plain === undefined) return undefined
  const parsed = ssh2.utils.parseKey(plain, isPkcs8(text) ? undefined : passphrase)
  if (parsed instanceof Error || !parsed.isPrivateKey()) return undefined
  return parsed
}

/** The same key without its passphrase, in a form that `parsePrivateKey` reads at once. */
export function decryptPrivateKey(text: string, passphrase: string): string | undefined {
  return parsePrivateKey(text, passphrase)?.getPrivatePEM()
}

/** Whether the text says of itself that a passphrase is needed. */
export function isEncrypted(text: string): boolean {
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED|^Encryption: (?!none)/m.test(text)) return true
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)/.exec(text)?.[1]
  return body !== undefined && usesCipher(Buffer.from(body, 'base64'))
}

/** PROTOCOL.key of OpenSSH: a magic, then the name of the cipher as a string. */
function usesCipher(blob: Buffer): boolean {
  const start = opensshMagic.length
  if (!blob.toString('latin1').startsWith(opensshMagic) || blob.length < start + 4) return false
  return blob.toString('latin1', start + 4, start + 4 + blob.readUInt32BE(start)) !== 'none'
}

const opensshMagic = 'openssh-key-v1\0'
const isPkcs8 = (text: string) => /^\s*-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/.test(text)

/** The library does not read PKCS #8; node does, and writes what the library reads. */
function rewritten(text: string, passphrase: string | undefined): string | undefined {
  try {
    const key = createPrivateKey({ key: text.trim(), ...(passphrase === undefined ? {} : { passphrase }) })
    if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString().trim()
    if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString().trim()
    return key.asymmetricKeyType === 'ed25519' ? opensshEd25519(key) : undefined
  } catch {
    return undefined
  }
}

/** PROTOCOL.key of OpenSSH, without encryption: the only form of an Ed25519 key that the library reads. */
function opensshEd25519(key: KeyObject): string | undefined {
  const { d, x } = key.export({ format: 'jwk' })
  if (d === undefined || x === undefined) return undefined
  const type = sshString('ssh-ed25519')
  const point = sshString(Buffer.from(x, 'base64url'))
  const both = sshString(Buffer.concat([Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]))
  // Two equal check numbers, the key, an empty comment; padded with 1, 2, 3... to the block size of 8.
  const secret = Buffer.concat([Buffer.alloc(8), type, point, both, sshString('')])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (secret.length % 8)) % 8))
  const head = [Buffer.from(opensshMagic), sshString('none'), sshString('none'), sshString(''), uint32(1)]
  const blob = Buffer.concat([
    ...head,
    sshString(Buffer.concat([type, point])),
    sshString(Buffer.concat([secret, padding])),
  ])
  const lines = blob.toString('base64').replace(/.{70}/g, '$&\n')
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----`
}

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function sshString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}
