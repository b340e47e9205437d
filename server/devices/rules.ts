import { isDeepStrictEqual } from 'node:util'
import type { Secret } from '../base/secret.ts'
import type { Mistake } from '../contract/errors.ts'
import { type DeviceSecretName, secretsUsed, type TransportConfig } from '../contract/transports.ts'
import type { SecretChanges } from './secrets.ts'

/** Sizes of the user name and password in IPMI 2.0 sections 22.28 and 22.30. */
const ipmiUsernameBytes = 16
const ipmiPasswordBytes = 20

/** What is wrong with a transport beyond its shape. */
export function transportMistakes(transport: TransportConfig): Mistake[] {
  if (transport.kind !== 'ipmi-sol' || Buffer.byteLength(transport.username) <= ipmiUsernameBytes) return []
  return [
    at('transport.username', `must have at most ${ipmiUsernameBytes} bytes: IPMI knows no longer names`),
  ]
}

/** What is wrong with credentials that are given for a transport; `kept` are those that stay as they are. */
export function secretMistakes(
  kind: TransportConfig['kind'],
  given: SecretChanges,
  kept: readonly DeviceSecretName[],
): Mistake[] {
  const { password, privateKey, passphrase } = given
  const mistakes = unused(kind, given)
  if (kind === 'ipmi-sol' && password) mistakes.push(...ipmiPasswordMistakes(password))
  if (privateKey) mistakes.push(...privateKeyMistakes(privateKey))
  const hasKey = privateKey === undefined ? kept.includes('privateKey') : privateKey !== null
  if (passphrase && !hasKey) {
    mistakes.push(at('secrets.passphrase', 'opens a private key, and there is none: give that too'))
  }
  return mistakes
}

/**
 * Whether kept credentials would be sent elsewhere than where they were entered for. No answer ever shows a secret; a host of
 * one's choice must not be a way to see it. That holds for everybody, instance admins too.
 */
export function retargetMistakes(
  before: TransportConfig,
  after: TransportConfig,
  unnamed: readonly DeviceSecretName[],
): Mistake[] {
  if (unnamed.length === 0 || sameTarget(before, after)) return []
  const what = unnamed.map((name) => words[name]).join(' and ')
  const message = `The stored ${what} was entered for another address or user: enter it again, or remove it`
  return [at('host' in after ? 'transport.host' : 'transport.kind', message)]
}

/** Whether both reach the same account at the same far end, as far as credentials are concerned. */
export function sameTarget(a: TransportConfig, b: TransportConfig): boolean {
  return sameAddress(a, b) && usernameOf(a) === usernameOf(b)
}

/** Whether both reach the same far end. Transports without a host are the same only as a whole. */
export function sameAddress(a: TransportConfig, b: TransportConfig): boolean {
  if (!('host' in a) || !('host' in b)) return isDeepStrictEqual(a, b)
  return a.kind === b.kind && a.host === b.host && a.port === b.port
}

const words: Record<DeviceSecretName, string> = {
  password: 'password',
  privateKey: 'private key',
  passphrase: 'passphrase',
}

function usernameOf(transport: TransportConfig): string | undefined {
  return 'username' in transport ? transport.username : undefined
}

function unused(kind: TransportConfig['kind'], given: SecretChanges): Mistake[] {
  const used = secretsUsed[kind]
  const names = (Object.keys(given) as DeviceSecretName[]).filter((name) => given[name])
  return names
    .filter((name) => !used.includes(name))
    .map((name) => at(`secrets.${name}`, `is not used by a console over ${kind}: leave it empty`))
}

function ipmiPasswordMistakes(password: Secret): Mistake[] {
  const value = password.reveal()
  if (Buffer.byteLength(value) > ipmiPasswordBytes) {
    const message = `must have at most ${ipmiPasswordBytes} bytes: IPMI knows no longer passwords`
    return [at('secrets.password', message)]
  }
  // ipmitool reads it up to the end of the line.
  if (/\p{Cc}/u.test(value))
    return [at('secrets.password', 'must not contain line breaks or control characters')]
  return []
}

function privateKeyMistakes(key: Secret): Mistake[] {
  const value = key.reveal().trim()
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value)) return []
  return [at('secrets.privateKey', privateKeyAdvice(value))]
}

function privateKeyAdvice(value: string): string {
  if (value.startsWith('PuTTY-User-Key-File')) {
    return 'is in the format of PuTTY: convert it with puttygen KEY.ppk -O private-openssh -o KEY'
  }
  if (/^(ssh-|ecdsa-|sk-)|^---- BEGIN SSH2 PUBLIC|BEGIN PUBLIC KEY/.test(value)) {
    return 'is a public key: give the private one, from the file of the same name without .pub'
  }
  return 'is no private key: it must begin with -----BEGIN OPENSSH PRIVATE KEY----- or the like'
}

function at(path: string, message: string): Mistake {
  return { path: path.split('.'), message }
}
