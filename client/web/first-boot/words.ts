import type { Provisioning } from '../../../server/contract/provision.ts'
import type { Tone } from '../words/line.ts'
import { duration } from '../words/time.ts'

export interface ProvisioningWords {
  tone: Tone
  word: string
  about: string
}

/** What a provisioning waits for, or how it ended. `now` is the gateway's clock. */
export function provisioningWords(provisioning: Provisioning, now: number): ProvisioningWords {
  switch (provisioning.state) {
    case 'waiting':
      return {
        tone: 'busy',
        word: 'Waiting',
        about: `No machine has asked yet. The address is good for ${duration(Math.max(0, provisioning.expiresAt - now))} more.`,
      }
    case 'fetched':
      return {
        tone: 'busy',
        word: 'Booting',
        about: `A machine at ${provisioning.fetchedFrom ?? 'an unknown address'} has fetched its keys, and has not yet said that it is up.`,
      }
    case 'provisioned':
      return { tone: 'good', word: 'Provisioned', about: 'The machine is up. The address is dead.' }
    case 'expired':
      return {
        tone: 'off',
        word: 'Expired',
        about: 'The time was over before the machine said that it is up. The address is dead.',
      }
    case 'revoked':
      return { tone: 'off', word: 'Revoked', about: 'Somebody took the mark back. The address is dead.' }
  }
}
