import type { TransportKind } from '../../../server/contract/transports.ts'

export interface Kind {
  kind: TransportKind
  label: string
  /** What it is for, in a line. */
  about: string
}

/** In the order of how often they are what somebody looks for. */
export const remoteKinds: readonly Kind[] = [
  {
    kind: 'ipmi-sol',
    label: 'IPMI serial over LAN',
    about: 'The BMC passes the serial port on over the network. Nearly every server has it.',
  },
  {
    kind: 'ssh',
    label: 'SSH',
    about:
      'To a BMC (iDRAC, iLO, XCC, Supermicro, OpenBMC) or a terminal server that gives the console over ssh.',
  },
  {
    kind: 'telnet',
    label: 'Telnet',
    about: 'A terminal server’s port, with RFC 2217 for break and line speed where it is offered.',
  },
  {
    kind: 'tcp',
    label: 'Raw TCP',
    about: 'A port that carries the bytes as they are, such as ser2net in raw mode. No break.',
  },
]
export const localKinds: readonly Kind[] = [
  { kind: 'tty', label: 'Serial port', about: 'A serial port or USB adapter in the gateway’s own machine.' },
  {
    kind: 'unix',
    label: 'Unix socket',
    about: 'A virtual machine’s console on the gateway’s own machine, such as a QEMU chardev.',
  },
  {
    kind: 'command',
    label: 'Command',
    about: 'Any program of the gateway’s machine; what it prints and reads is the console.',
  },
  {
    kind: 'demo',
    label: 'Demo',
    about: 'To try Lifeline without a server: a login prompt with a shell behind it, or an endless boot log.',
  },
]

export function kindOf(kind: TransportKind): Kind {
  const found = [...remoteKinds, ...localKinds].find((one) => one.kind === kind)
  if (!found) throw new Error(`kinds.ts does not know the transport ${kind}`)
  return found
}

export const presetLabels: Record<string, string> = {
  none: 'None: the console is there after login',
  idrac: 'Dell iDRAC',
  ilo: 'HPE iLO',
  xcc: 'Lenovo XCC',
  supermicro: 'Supermicro',
  openbmc: 'OpenBMC (port 2200 gives the console at once)',
}
export const staleLabels: Record<string, string> = {
  never: 'Never: wait until it ends by itself',
  'if-ours': 'If it is ours: a session this gateway lost',
  force: 'Always: end whoever holds it',
}
export const privilegeLabels: Record<string, string> = {
  user: 'User',
  operator: 'Operator',
  administrator: 'Administrator',
}
export const cipherLabels: Record<string, string> = {
  '17': '17: SHA-256 with AES-128',
  '3': '3: SHA-1 with AES-128, for older BMCs',
}
export const sceneLabels: Record<string, string> = {
  box: 'Box: a login prompt and a shell',
  chatterbox: 'Chatterbox: boots over and over',
}
export const flowLabels: Record<string, string> = {
  none: 'None',
  'rts-cts': 'RTS/CTS (hardware)',
  'xon-xoff': 'XON/XOFF (software)',
}

export function options(labels: Record<string, string>): { value: string; label: string }[] {
  return Object.entries(labels).map(([value, label]) => ({ value, label }))
}
