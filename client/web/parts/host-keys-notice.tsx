import { IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import type { HostKeys } from '../../../server/contract/provision.ts'
import { Notice } from './notice.tsx'

/** How far a device's host keys can be believed; loudest where console and network contradict each other. */
export function HostKeysNotice({ state }: { state: HostKeys['state'] }) {
  switch (state) {
    case 'none':
      return null
    case 'agree':
      return (
        <Notice tone="good" icon={IconShieldCheck} title="Verified out of band">
          The machine printed these keys on its console, and sent the same over the network. Nobody stands in
          between.
        </Notice>
      )
    case 'console':
      return (
        <Notice tone="good" icon={IconShieldCheck} title="Verified out of band">
          The machine printed these keys on its console.
        </Notice>
      )
    case 'unverified':
      return (
        <Notice tone="trouble" title="Not verified">
          These keys came over the network alone; the console was not heard to say the same. Whoever stands in
          between could have sent them.
        </Notice>
      )
    case 'mismatch':
      return (
        <Notice tone="danger" urgent icon={IconShieldX} title="The host keys contradict each other">
          What the machine printed on its console is not what came over the network. Either two machines
          answered, or <b>somebody stands in between</b>. Do not log in by ssh and give it no password. Look
          on the console first: <code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</code> says which is
          right.
        </Notice>
      )
  }
}
