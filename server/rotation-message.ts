import type { Socket } from 'node:net'
import { join } from 'node:path'
import { Secret } from './base/secret.ts'
import type { Rotated } from './rotation.ts'
import type { SealingKey } from './store/master-key.ts'
import { seal, unseal } from './store/seal.ts'

/**
 * How `scripts/rotate-master-key` speaks to a gateway that runs: over a socket in the data folder, one line of JSON each way. The new
 * key travels sealed under the old one, so only who has that can order an exchange.
 */
export const socketOf = (dataDir: string): string => join(dataDir, 'gateway.sock')

export type RotationAnswer = { rotated: Rotated } | { error: string }

/** `placed`: the gateway itself is to put it where its next start finds it. */
export interface NewKey {
  next: Secret
  placed: boolean
}

const mostBytes = 64 * 1024

export function sealNewKey({ next, placed }: NewKey, current: SealingKey): string {
  const plain = Buffer.from(JSON.stringify({ next: next.reveal(), placed }))
  const { wrappedKey, ciphertext } = seal(plain, current.derive('key exchange'), ['new key', current.id])
  plain.fill(0)
  return JSON.stringify([wrappedKey, ciphertext].map((part) => Buffer.from(part).toString('base64')))
}

/** Undefined when it was not sealed under this key. */
export function openNewKey(line: string, current: SealingKey): NewKey | undefined {
  const [wrappedKey, ciphertext] = parts(line)
  if (wrappedKey === undefined || ciphertext === undefined) return undefined
  const binding = ['new key', current.id]
  const plain = unseal({ wrappedKey, ciphertext }, current.derive('key exchange'), binding)
  if (plain === undefined) return undefined
  const { next, placed } = JSON.parse(plain.toString())
  plain.fill(0)
  return { next: new Secret(next), placed }
}

function parts(line: string): Buffer[] {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) ? value.map((part) => Buffer.from(String(part), 'base64')) : []
  } catch {
    return []
  }
}

/** The first line that comes; undefined when the far end goes before, or says far too much. */
export function lineFrom(socket: Socket): Promise<string | undefined> {
  let text = ''
  return new Promise((resolve) => {
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
      else if (text.length > mostBytes) socket.destroy()
    })
    socket.once('close', () => resolve(undefined))
  })
}
