import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { requireProgram } from './process.ts'

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa' | 'dsa'

export interface KeyFile {
  path: string
  privateKey: string
  publicKey: string
  /** As `ssh-keygen -lf` prints it. */
  fingerprint: string
}

/** A key made by ssh-keygen. `format` PEM is the traditional one, PKCS8 the newer; without it OpenSSH's own. */
export async function makeKey(options: {
  path: string
  type: KeyType
  passphrase?: string
  format?: 'PEM' | 'PKCS8'
}): Promise<KeyFile> {
  const { path, type, passphrase = '', format } = options
  const bits = type === 'rsa' ? ['-b', '2048'] : []
  keygen(['-q', '-t', type, ...bits, '-N', passphrase, '-f', path, ...(format ? ['-m', format] : [])])
  return {
    path,
    privateKey: await readFile(path, 'utf8'),
    publicKey: (await readFile(`${path}.pub`, 'utf8')).trim(),
    fingerprint: fingerprintOf(`${path}.pub`),
  }
}

function fingerprintOf(file: string): string {
  const fingerprint = keygen(['-lf', file]).split(' ')[1]
  if (fingerprint === undefined) throw new Error(`ssh-keygen shows no fingerprint of ${file}.`)
  return fingerprint
}

function keygen(args: string[]): string {
  const result = spawnSync(requireProgram('ssh-keygen'), args, { encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`ssh-keygen failed: ${result.stderr}`)
  return result.stdout
}
