import { Secret } from '../base/secret.ts'
import { type DeviceSecretName, deviceSecretNames } from '../contract/transports.ts'

/** Credentials by name; a name that is absent says nothing about that secret. */
export type DeviceSecrets = Partial<Record<DeviceSecretName, Secret>>

/** What to do with kept credentials: replace them, or forget them (null). */
export type SecretChanges = Partial<Record<DeviceSecretName, Secret | null>>

type Given<V extends string | null> = { [name in DeviceSecretName]?: V | undefined }

/** Credentials from a request, hidden before they go any further. */
export function hideSecrets(given: Given<string>): DeviceSecrets
export function hideSecrets(given: Given<string | null>): SecretChanges
export function hideSecrets(given: Given<string | null>): SecretChanges {
  const hidden: SecretChanges = {}
  for (const name of deviceSecretNames) {
    const value = given[name]
    if (value !== undefined) hidden[name] = value === null ? null : new Secret(value)
  }
  return hidden
}
