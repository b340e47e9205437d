import { encodeBase64 } from '../contract/public-key/base64.ts'
import { sha256Fingerprint } from '../contract/public-key/fingerprint.ts'
import { readOpenSshLine } from '../contract/public-key/openssh-line.ts'

/** A host key as somebody said it. */
export interface HeardKey {
  type: string
  /** As `ssh-keygen -lf` prints it. */
  sha256: string
  /** `type base64`; null when only the fingerprint was heard. */
  line: string | null
}

/** An RSA key of 16384 bits has 2.8 KB. */
const mostCharacters = 4096

/** A line of a `.pub` file. Undefined when it is none, or its key is not what it says. How weak a key sshd may have is not ours to say. */
export function heardLine(text: string): HeardKey | undefined {
  if (text.length > mostCharacters) return undefined
  const read = readOpenSshLine(text.trim(), { leastRsaBits: 1024 })
  if (!read.ok) return undefined
  const { type, blob } = read.value
  return { type, sha256: sha256Fingerprint(blob), line: `${type} ${encodeBase64(blob)}` }
}
