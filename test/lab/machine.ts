import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bmc, startBmc } from './bmc.ts'
import { run } from './image/run.ts'
import { ensureImage } from './image.ts'
import { freePort } from './ports.ts'
import { qemuCommand, stopQemu } from './qemu.ts'
import { qmp } from './qmp.ts'
import { startSerialLine } from './serial-line.ts'

export interface LabMachine {
  bmc: Omit<Bmc, 'close'>
  /** Telnet port of the serial line beside the BMC's SOL: hears and types the same line. */
  consolePort: number
  /** Loopback port that leads to the machine's sshd. */
  sshPort: number
  rootPassword: string
  /** Ends the BMC and the machine, whoever switched it on, and removes the machine's disk. */
  close: () => Promise<void>
}

export interface LabMachineOptions {
  /** UDP port of the BMC; a free one by default. */
  bmcPort?: number
  /** Hears every byte that the machine prints. */
  heard?: (bytes: Buffer) => void
}

/** A whole Debian machine behind its BMC, switched off. Its disk keeps what is written to it until close, also through a power cycle. */
export async function startLabMachine(options: LabMachineOptions = {}): Promise<LabMachine> {
  const image = await ensureImage()
  await using started = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-machine-'))
  started.defer(() => rm(folder, { recursive: true, force: true }))
  const disk = join(folder, 'disk.qcow2')
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image.disk, '-F', 'raw', disk])

  const qmpSocket = join(folder, 'qmp.sock')
  const sendBreak = () => qmp(qmpSocket, 'chardev-send-break', { id: 'ser0' })
  const line = started.adopt(await startSerialLine({ ...options, sendBreak }), (owned) => owned.close())
  const logFile = join(folder, 'qemu.log')
  const pidFile = join(folder, 'qemu.pid')
  started.defer(() => stopQemu(pidFile))
  const [systemPort, sshPort] = [await freePort(), await freePort()]
  const command = qemuCommand({
    disk,
    serialPort: line.machinePort,
    systemPort,
    sshPort,
    qmpSocket,
    pidFile,
    logFile,
  })
  const machine = { command, systemPort }
  const where = options.bmcPort === undefined ? {} : { port: options.bmcPort }
  const bmc = await startBmc({ solPort: line.port, solProtocol: 'telnet', machine, ...where })
  started.defer(() => bmc.close())

  const { rootPassword } = image
  const owned = started.move()
  return { bmc, consolePort: line.port, sshPort, rootPassword, close: () => owned.disposeAsync() }
}
