import { join } from 'node:path'
import type { Transports } from '../console.ts'
import { createSolMarks } from '../sol/marks.ts'
import { commandTransport } from './command.ts'
import { demoTransport } from './demo.ts'
import { createIpmiSolTransport } from './ipmi-sol.ts'
import { sshTransport } from './ssh.ts'
import { tcpTransport } from './tcp.ts'
import { telnetTransport } from './telnet.ts'
import { ttyTransport } from './tty.ts'
import { unixTransport } from './unix.ts'

/** Every way to a console that there is. `stateDir` is the gateway's data folder, for what must outlive the process. */
export function createTransports({ stateDir }: { stateDir: string }): Transports {
  return {
    command: commandTransport,
    demo: demoTransport,
    'ipmi-sol': createIpmiSolTransport({ marks: createSolMarks(join(stateDir, 'sol-sessions')) }),
    ssh: sshTransport,
    tcp: tcpTransport,
    telnet: telnetTransport,
    tty: ttyTransport,
    unix: unixTransport,
  }
}
