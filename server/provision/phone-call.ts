import { seenText } from '../console/plain-text.ts'
import { type HeardKey, heardLine } from './heard-key.ts'

/** What a machine says when it phones home. */
export interface PhoneCall {
  keys: HeardKey[]
  /** What it calls itself, as it says. */
  hostname: string
  instanceId: string
}

const keyFields = ['pub_key_rsa', 'pub_key_ecdsa', 'pub_key_ed25519']

/** Reads the fields of cloud-init's `phone_home`, from a form or from JSON. What it has not, cloud-init gives as `N/A`. */
export function readPhoneCall(fields: Readonly<Record<string, unknown>>): PhoneCall {
  const text = (name: string): string => {
    const value = fields[name]
    return typeof value === 'string' && value !== 'N/A' ? value : ''
  }
  return {
    keys: keyFields.flatMap((name) => heardLine(text(name)) ?? []),
    hostname: seenText(text('fqdn') || text('hostname')).slice(0, 253),
    instanceId: seenText(text('instance_id')).slice(0, 64),
  }
}
