import { base64, join, sshString } from './wire.ts'

/** An Ed25519 key (RFC 8032). It lives in the memory of this page, and nowhere else. */
export interface KeyPair {
  publicKey: Uint8Array<ArrayBuffer>
  /** The private key: 32 random bytes. */
  seed: Uint8Array<ArrayBuffer>
}

/** Whether the browser can make keys here, and what to do where it cannot. */
export type Ability = { able: true } | { able: false; why: string; instead: string }

export async function makeKeyPair(): Promise<KeyPair> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  // 16 bytes that never change, then the seed (RFC 8410 section 7).
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
    seed: pkcs8.slice(-32),
  }
}

export const keyType = 'ssh-ed25519'

/** As it goes over the wire (RFC 8709 section 4). */
export function publicBlob({ publicKey }: KeyPair): Uint8Array<ArrayBuffer> {
  return join(sshString(keyType), sshString(publicKey))
}

export function publicLine(pair: KeyPair, comment: string): string {
  return `${keyType} ${base64(publicBlob(pair))} ${comment}`.trimEnd()
}

export async function ability(): Promise<Ability> {
  // Typed as always there; missing on pages that came over plain http from anywhere but this computer.
  const { subtle }: { subtle?: SubtleCrypto } = crypto
  if (!subtle)
    return {
      able: false,
      why: 'This page came over plain http, and browsers make keys only on pages that nobody can have changed on the way.',
      instead:
        'Open Lifeline by its https address, or make the key on your computer with the commands below.',
    }
  try {
    await makeKeyPair()
    return { able: true }
  } catch {
    return {
      able: false,
      why: 'This browser cannot make Ed25519 keys.',
      instead:
        'Firefox 129, Safari 17, Chrome and Edge 137 or newer can. Or make the key on your computer with the commands below.',
    }
  }
}
