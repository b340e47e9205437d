import type { SecretOwner } from '../store/sealed.ts'

/** Name of the secret. A device has one root password at a time. */
export const passwordName = 'root password'

export function ownerOf(deviceId: string): SecretOwner {
  return { kind: 'vault', id: deviceId }
}
