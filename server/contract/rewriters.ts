import { z } from 'zod'

/** Programs known to write authorized_keys anew, and to take away what they did not put there. */
export const rewriter = z.enum([
  'google-guest-agent',
  'puppet',
  'update-ssh-keys',
  'opnsense',
  'pfsense',
  'truenas',
  'unifi',
])
export type Rewriter = z.infer<typeof rewriter>

/** Their names, and where a key has to be added that is to stay. */
const words: Record<Rewriter, { name: string; instead: string }> = {
  'google-guest-agent': {
    name: 'Google’s guest agent',
    instead: 'the metadata of the instance or of its project (ssh-keys)',
  },
  puppet: { name: 'Puppet', instead: 'its manifests (ssh_authorized_key)' },
  'update-ssh-keys': {
    name: 'update-ssh-keys of Flatcar and Container Linux',
    instead: 'authorized_keys.d beside the file, with update-ssh-keys',
  },
  opnsense: { name: 'OPNsense', instead: 'the user, in its web interface' },
  pfsense: { name: 'pfSense', instead: 'the user, in its User Manager' },
  truenas: { name: 'TrueNAS', instead: 'the user, in its web interface' },
  unifi: { name: 'UniFi', instead: 'the device authentication, in the settings of the controller' },
}

/** What becomes of keys there, and what to do. */
export function rewritesWords(rewriter: Rewriter): string {
  const { name, instead } = words[rewriter]
  return `${name} writes this file anew, and may take away what it did not put there. Keys that are to stay are best added to ${instead}.`
}
