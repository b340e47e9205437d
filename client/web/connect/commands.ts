import { host } from '../../../server/contract/transports.ts'

const usualPort = 22

/** A device as clients reach it. Names and addresses are checked by the contract: neither can hold a blank, a quote or a dash in front. */
export interface Target {
  name: string
  address: string
  /** Of its SSH server; 22 by itself. */
  port?: number
}

/** What somebody types or pastes elsewhere to come to a device. Each text stands for itself: nothing in it wants quoting. */
export interface Commands {
  ssh: string
  putty: string
  plink: string
  config: string
}

/** Null where the address is none that could be put into a command line. */
export function commandsFor({ name, address, port = usualPort }: Target): Commands | null {
  if (!host.safeParse(address).success || !/^[a-z0-9][a-z0-9-]*$/.test(name)) return null
  const at = (flag: string): string => `${port === usualPort ? '' : `${flag} ${port} `}root@${address}`
  return {
    ssh: `ssh ${at('-p')}`,
    putty: `putty -ssh ${at('-P')} -i key.ppk`,
    plink: `plink -ssh ${at('-P')} -i key.ppk`,
    config: sshConfig(name, address, port),
  }
}

/** Where the lines of this gateway's devices are kept, apart from what the user's own ssh wrote. */
export const knownHostsFile = 'known_hosts_lifeline'

function sshConfig(name: string, address: string, port: number): string {
  const lines = [
    `HostName ${address}`,
    ...(port === usualPort ? [] : [`Port ${port}`]),
    'User root',
    'IdentityFile ~/.ssh/id_ed25519',
    // Else an agent with six keys is refused before the right one is tried.
    'IdentitiesOnly yes',
    `UserKnownHostsFile ~/.ssh/known_hosts ~/.ssh/${knownHostsFile}`,
  ]
  return [`Host ${name}`, ...lines.map((line) => `    ${line}`)].join('\n')
}
