import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ParsedKey } from 'ssh2'
import type { Secret } from '../../base/secret.ts'
import type { Cause } from '../../contract/line.ts'
import { isEncrypted, parsePrivateKey } from './key-text.ts'

export type KeyReading = { kind: 'key'; key: ParsedKey } | { kind: 'unreadable'; cause: Cause }

/** Reads the device's private key. The causes say what is wrong with it and nothing of what is in it. */
export async function readPrivateKey(options: {
  privateKey: Secret
  passphrase: Secret | undefined
  signal: AbortSignal
}): Promise<KeyReading> {
  const text = options.privateKey.reveal()
  if (!isEncrypted(text)) return readingOf(parsePrivateKey(text), notAKey)
  if (options.passphrase === undefined) return { kind: 'unreadable', cause: needsPassphrase }
  const plain = await decrypt(text, options.passphrase.reveal(), options.signal)
  return readingOf(plain === undefined ? undefined : parsePrivateKey(plain), wrongPassphrase)
}

/**
 * In a thread of its own: the library derives the key in JavaScript, 0.3 s for what ssh-keygen makes by default and more at the wish
 * of whoever made the key, and every console would stand still meanwhile.
 */
async function decrypt(text: string, passphrase: string, signal: AbortSignal): Promise<string | undefined> {
  const worker = new Worker(new URL('./key-worker.ts', import.meta.url), { workerData: { text, passphrase } })
  try {
    const [plain] = await once(worker, 'message', { signal })
    return typeof plain === 'string' ? plain : undefined
  } catch {
    // The signal came first, or the thread could not run: nothing was read.
    return undefined
  } finally {
    await worker.terminate()
  }
}

const readingOf = (key: ParsedKey | undefined, otherwise: Cause): KeyReading =>
  key === undefined ? { kind: 'unreadable', cause: otherwise } : { kind: 'key', key }

const notAKey: Cause = {
  code: 'wrong-credentials',
  message:
    "The device's private key cannot be read. It must be an OpenSSH or PEM private key (RSA, ECDSA or Ed25519), whole, with its first and last line.",
}

const needsPassphrase: Cause = {
  code: 'credentials-missing',
  message: "The device's private key is encrypted, and no passphrase is set. Add its passphrase.",
}

const wrongPassphrase: Cause = {
  code: 'wrong-credentials',
  message: "The passphrase does not open the device's private key. Set it again, or check the key.",
}
