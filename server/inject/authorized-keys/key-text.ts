import { decodeBase64 } from '../../contract/public-key/base64.ts'
import { WireReader } from '../../contract/public-key/wire.ts'

/** A key as it stands in a line: `type base64`. Text here has one character for each byte (latin1). */
export interface KeyText {
  blob: Uint8Array
  /** Where the comment begins, or the end of the line. */
  end: number
}

/** Names under which RSA signatures go; sshd takes them for the key's type as well. */
const rsaSignatures: readonly string[] = ['rsa-sha2-256', 'rsa-sha2-512']

/** A key at `at`, as sshkey_read of OpenSSH finds one: type, any blanks, base64 to the next blank. */
export function readKeyText(line: string, at: number): KeyText | undefined {
  const words = keyWords.exec(line.slice(at))
  if (words === null) return undefined
  const [all, label = '', base64 = ''] = words
  const blob = strictBase64(base64)
  return blob && isLabelOf(label, blob) ? { blob, end: at + all.length } : undefined
}

/** b64_pton of OpenBSD: padding must be there, unused bits must be zero; line ends and their like count as nothing. */
function strictBase64(text: string): Uint8Array | undefined {
  const bare = text.replace(/[\n\v\f\r]/g, '')
  return bare.length % 4 === 0 ? decodeBase64(bare) : undefined
}

/** The name of its type with which every key begins. */
export function typeOf(blob: Uint8Array): string {
  return new WireReader(blob).name() ?? ''
}

function isLabelOf(label: string, blob: Uint8Array): boolean {
  const type = typeOf(blob)
  return label === type || (type === 'ssh-rsa' && rsaSignatures.includes(label))
}

const keyWords = /^([^ \t]+)[ \t]+([^ \t]+)[ \t]*/
