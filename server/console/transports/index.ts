import type { Transports } from '../console.ts'
import { commandTransport } from './command.ts'
import { demoTransport } from './demo.ts'
import { sshTransport } from './ssh.ts'
import { tcpTransport } from './tcp.ts'
import { telnetTransport } from './telnet.ts'
import { ttyTransport } from './tty.ts'
import { unixTransport } from './unix.ts'

/** Every way to a console that there is. */
export const transports: Omit<Transports, 'ipmi-sol'> = {
  command: commandTransport,
  demo: demoTransport,
  ssh: sshTransport,
  tcp: tcpTransport,
  telnet: telnetTransport,
  tty: ttyTransport,
  unix: unixTransport,
}
