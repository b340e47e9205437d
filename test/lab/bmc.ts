import { createSocket } from 'node:dgram'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './ports.ts'
import { startProcess } from './process.ts'

export interface Bmc {
  host: string
  port: number
  user: string
  password: string
  /** Ends the BMC only, as pulling its plug would: no session is closed, the machine behind it runs on. */
  close: () => Promise<void>
}

export interface BmcOptions {
  /** TCP port on loopback of the serial line. The BMC connects to it at once, before anybody activates SOL, and again whenever it was closed. */
  solPort: number
  /** 'tcp' passes every byte as it is; 'telnet' is what QEMU's telnet chardev speaks, and the only one where a break arrives (IAC BRK). */
  solProtocol?: 'tcp' | 'telnet'
  /** The machine's power: the program that is the machine, and the port its system interface connects to. Without it power commands are refused. */
  machine?: { command: string; systemPort: number }
  /** UDP port to use again, when a BMC comes back where it was. */
  port?: number
}

/** OpenIPMI's ipmi_sim as an IPMI 2.0 BMC on loopback (cipher suites 0 to 3). Ready to open sessions when this resolves. */
export async function startBmc(options: BmcOptions): Promise<Bmc> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-bmc-'))
  const bmc = {
    host: '127.0.0.1',
    port: options.port ?? (await freePort()),
    user: 'lab',
    password: 'lab-bmc-password',
  }
  await writeFile(join(folder, 'lan.conf'), lanConf({ ...options, ...bmc }))
  await writeFile(join(folder, 'bmc.emu'), emulation)
  await mkdir(join(folder, 'state'))
  const args = ['-n', '-c', 'lan.conf', '-f', 'bmc.emu', '-s', 'state']
  const simulator = await startProcess({ command: 'ipmi_sim', args, cwd: folder })
  let ended = false
  void simulator.exited.then(() => {
    ended = true
  })
  const close = async () => {
    await simulator.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await waitForPong(bmc.port, () => (ended ? simulator.output() : undefined))
  } catch (error) {
    await close()
    throw error
  }
  return { ...bmc, close }
}

const auths = 'none md2 md5 straight'

function lanConf(conf: BmcOptions & { port: number; user: string; password: string }): string {
  const { machine } = conf
  return `name "lab"
startlan 1
  addr 127.0.0.1 ${conf.port}
  priv_limit admin
  allowed_auths_callback ${auths}
  allowed_auths_user ${auths}
  allowed_auths_operator ${auths}
  allowed_auths_admin ${auths}
  guid a123456789abcdefa123456789abcdef
endlan
user 1 false "" "" user 10 ${auths}
user 2 true "${conf.user}" "${conf.password}" admin 10 ${auths}
sol "${conf.solProtocol ?? 'tcp'}:127.0.0.1:${conf.solPort}" 115200 history=4000
${machine === undefined ? '' : `serial 15 127.0.0.1 ${machine.systemPort} codec VM\nstartcmd "${machine.command}"\nstartnow false\npoweroff_wait 5\nkill_wait 5`}
`
}

const emulation = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
mc_enable 0x20
`

/** RMCP presence ping, answered without a session: IPMI 2.0 section 13.2.3 (ASF 2.0 section 3.2.4.1). */
const presencePing = Buffer.from('0600ff06000011be80000000', 'hex')
const pingEveryMs = 50
const pingForMs = 30_000

function waitForPong(port: number, gaveUp: () => string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const deadline = Date.now() + pingForMs
    const finish = (settle: () => void) => {
      clearInterval(timer)
      socket.close()
      settle()
    }
    const timer = setInterval(() => {
      const reason = gaveUp() ?? (Date.now() > deadline ? `no answer in ${pingForMs} ms` : undefined)
      if (reason === undefined) socket.send(presencePing, port, '127.0.0.1')
      else finish(() => reject(new Error(`ipmi_sim did not come up on UDP port ${port}: ${reason}`)))
    }, pingEveryMs)
    socket.on('error', () => undefined)
    socket.once('message', () => finish(resolve))
  })
}
