import { WireReader } from '../public-key/wire.ts'

/** What is signed for a login (RFC 4252 section 7). */
export interface SshLogin {
  /** Of the SSH connection in which the login is. */
  sessionId: Uint8Array
  user: string
  algorithm: string
  blob: Uint8Array
}

/** SSH_MSG_USERAUTH_REQUEST. */
const userauthRequest = 50

/**
 * Reads it to its last byte. Nothing where it is anything else: what an SSH server takes as a login must not be mistaken, and a signature
 * over something else (a file, a certificate, a commit) is no login.
 */
export function readSshLogin(data: Uint8Array): SshLogin | undefined {
  const reader = new WireReader(data)
  const sessionId = reader.string()
  if (sessionId === undefined || reader.byte() !== userauthRequest) return undefined
  const user = reader.name()
  if (reader.name() !== 'ssh-connection' || reader.name() !== 'publickey' || reader.byte() !== 1)
    return undefined
  const [algorithm, blob] = [reader.name(), reader.string()]
  if (user === undefined || algorithm === undefined || blob === undefined || reader.left > 0) return undefined
  return { sessionId, user, algorithm, blob }
}
