import { type BarePart, BareReader } from './bare-text.ts'
import { decodeBase64Start, encodeBase64 } from './base64.ts'
import { textOf } from './clean-text.ts'
import { isPrivateDer } from './private-der.ts'
import { refused } from './types.ts'
import { concat, WireReader } from './wire.ts'

export type PrivateKeyFormat = 'openssh' | 'pem' | 'ppk' | 'ssh.com' | 'jwk' | 'dropbear' | 'der' | 'encoded'

/**
 * The format of a private key that is somewhere in a text or file: whole or damaged, encrypted or not, before or after something
 * else. It rather takes a harmless text for one than the other way round, and its answer has nothing of the key.
 */
export function findPrivateKey(input: string | Uint8Array): PrivateKeyFormat | undefined {
  if (typeof input === 'string') return findInText(input)
  return findInBytes(input) ?? findInText(textOf(input))
}

export function refusePrivateKey(format: PrivateKeyFormat) {
  return refused(
    'private-key',
    `This is a private key, or has one in it (${names[format]}). It is refused and not kept.`,
    `${remedies[format] ?? remedy} If the private key has ever left your machine, by mail, chat or a form like this one, treat it as exposed: make a new key and remove the old one from all servers.`,
  )
}

const names: Record<PrivateKeyFormat, string> = {
  openssh: "OpenSSH's format",
  pem: 'a PEM block',
  ppk: "PuTTY's .ppk file",
  'ssh.com': "SSH.com's format",
  jwk: 'a JWK with its private part',
  dropbear: "Dropbear's format",
  der: 'DER',
  encoded: 'encoded in base64',
}

const remedy =
  'Paste the public half: it is in the file of the same name that ends in .pub, or comes from ssh-keygen -y -f FILE.'
const remedies: Partial<Record<PrivateKeyFormat, string>> = {
  ppk: 'Open the file in PuTTYgen and copy the text of "Public key for pasting into OpenSSH authorized_keys file", or run puttygen FILE.ppk -L.',
  jwk: 'Remove the private members (d, p, q, dp, dq, qi) and paste the rest.',
  dropbear: 'Paste the line that dropbearkey -y -f FILE prints.',
}

/** Between the words of a header there is nothing once blanks are gone, or what forms and mail make of a blank. */
const header =
  /(?<=(?:BEGIN|END|-)[\w%+=]{0,40})PRIVATE(?:%20|=20|\+|_)?KEY|SSHPRIVATEKEYFILE|Proc-Type:4,ENCRYPTED|DEK-Info:/
const ppk = /PuTTY-User-Key-File|Private-(?:Lines|MAC|Hash):/i
const jwk = /(?<!\w)(?:d|priv)["']?[:=]["'][\w-]{20}|["']oct["']/
const magic = 'openssh-key-v1'
const encodedMagic = atAnyPlace(magic)
const encodedHeader = [...atAnyPlace('PRIVATE KEY'), ...atAnyPlace('PuTTY-User-Key-File')]
/** Type ssh-ed25519 and a key of 64 bytes: a public one has 32. */
const dropbearEd25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAQ'

function findInText(text: string): PrivateKeyFormat | undefined {
  const reader = new BareReader(text)
  let format: PrivateKeyFormat | undefined
  while (!format && !reader.done) format = findInPart(reader.next())
  return format
}

function findInPart({ bare, starts }: BarePart): PrivateKeyFormat | undefined {
  if (bare.includes(magic) || encodedMagic.some((piece) => bare.includes(piece))) return 'openssh'
  if (/OPENSSHPRIVATE/.test(bare)) return 'openssh'
  if (/SSH2(?:ENCRYPTED)?PRIVATE/.test(bare)) return 'ssh.com'
  if (header.test(bare)) return 'pem'
  if (ppk.test(bare)) return 'ppk'
  if (jwk.test(bare)) return 'jwk'
  if (bare.includes(dropbearEd25519)) return 'dropbear'
  if (encodedHeader.some((piece) => bare.includes(piece))) return 'encoded'
  return findUnarmoured(bare, starts)
}

/** SSH.com's number 3f6ff9eb, and a SEQUENCE of DER. */
const sshCom = 'P2/56'
const sequence = /M[A-P][A-Za-z0-9+/]{14}/y
/** Characters that show which DER it is. */
const enough = 44

function findUnarmoured(bare: string, starts: readonly number[]): PrivateKeyFormat | undefined {
  for (const start of starts) {
    if (bare.startsWith(sshCom, start)) return 'ssh.com'
    sequence.lastIndex = start
    if (sequence.test(bare) && isPrivateDer(decodeBase64Start(bare.slice(start, start + enough))))
      return 'der'
  }
  return undefined
}

function findInBytes(bytes: Uint8Array): PrivateKeyFormat | undefined {
  if (isPrivateDer(bytes)) return 'der'
  const reader = new WireReader(bytes)
  const name = reader.name()
  if (name === undefined || !/^(?:ssh|ecdsa)-/.test(name)) return undefined
  let fields = 0
  while (reader.left > 0 && reader.string()) fields += 1
  const isPublic = name === 'ssh-ed25519' ? bytes.length === 51 : fields <= (name === 'ssh-dss' ? 4 : 2)
  return isPublic ? undefined : 'dropbear'
}

/** What all base64 has in it that was made of bytes with this text in them. */
function atAnyPlace(text: string): string[] {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  return [0, 1, 2].map((before) => {
    const base64 = encodeBase64(concat([new Uint8Array(before), bytes]))
    return base64.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
}
