import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bmc, startBmc } from './bmc.ts'
import { diskWithMenu } from './boot-menu.ts'
import { type DiskFiles, diskFiles } from './disk-files.ts'
import { ensureImage, imageIsBuilt, imagePrograms, type LabImage } from './image.ts'
import { freePort } from './ports.ts'
import { findProgram } from './process.ts'
import { type BootMedium, qemuCommand, stopQemu } from './qemu.ts'
import { qmp } from './qmp.ts'
import { run } from './run.ts'
import { startSerialLine } from './serial-line.ts'
import { uefiFirmware } from './uefi.ts'

export interface LabMachine {
  bmc: Omit<Bmc, 'close'>
  /** Telnet port of the serial line beside the BMC's SOL: hears and types the same line. */
  consolePort: number
  /** Loopback port that leads to the machine's sshd. */
  sshPort: number
  rootPassword: string
  /** What is on its disk. The machine must be off. */
  files: DiskFiles
  /** Ends the BMC and the machine, whoever switched it on, and removes the machine's disk. */
  close: () => Promise<void>
}

export interface LabMachineOptions {
  /** Ports to use if they are free, so that what is set up for a machine still fits when it comes back. */
  bmcPort?: number
  sshPort?: number
  /** Hears every byte that the machine prints. */
  heard?: (bytes: Buffer) => void
  /** What of the bytes that are typed goes on to the machine. */
  typed?: (bytes: Buffer) => Uint8Array
  /** Changes the grub.cfg that it starts with. */
  bootMenu?: (menu: string) => string
  /** Makes in this folder what it starts from instead of its own disk. */
  bootMedium?: (image: LabImage, folder: string) => Promise<BootMedium>
  /** Its firmware is UEFI, whose console is the serial port. */
  uefi?: boolean
  /** Another image than the lab's own. */
  image?: () => Promise<LabImage>
}

/** What is missing here for a whole machine, as the end of "needs ...", or undefined. */
export async function machineNeeds(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'Linux'
  const toRun = ['qemu-system-x86_64', 'qemu-img', 'setpriv', 'ipmi_sim', 'ipmitool', 'debugfs']
  const built = await imageIsBuilt()
  const absent = [...toRun, ...(built ? [] : imagePrograms)].filter((name) => findProgram(name) === undefined)
  if (absent.length > 0) return absent.join(', ')
  return built || process.getuid?.() === 0
    ? undefined
    : 'root, once, to build its image with scripts/lab build'
}

/** A whole Debian machine behind its BMC, switched off. Its disk keeps what is written to it until close, also through a power cycle. */
export async function startLabMachine(options: LabMachineOptions = {}): Promise<LabMachine> {
  const image = await (options.image ?? ensureImage)()
  await using started = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-machine-'))
  started.defer(() => rm(folder, { recursive: true, force: true }))
  const disk = join(folder, 'disk.qcow2')
  const below =
    options.bootMenu === undefined ? image.disk : await diskWithMenu(image, folder, options.bootMenu)
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', below, '-F', 'raw', disk])

  const bootMedium = await options.bootMedium?.(image, folder)
  const firmware = options.uefi === true ? await uefiFirmware(folder) : []
  const qmpSocket = join(folder, 'qmp.sock')
  const sendBreak = () => qmp(qmpSocket, 'chardev-send-break', { id: 'ser0' })
  const line = started.adopt(await startSerialLine({ ...options, sendBreak }), (owned) => owned.close())
  const logFile = join(folder, 'qemu.log')
  const pidFile = join(folder, 'qemu.pid')
  started.defer(() => stopQemu(pidFile))
  const [systemPort, sshPort] = [await freePort(), await freePort(options.sshPort)]
  const command = qemuCommand({
    disk,
    bootMedium,
    firmware,
    serialPort: line.machinePort,
    systemPort,
    sshPort,
    qmpSocket,
    pidFile,
    logFile,
  })
  const machine = { command, systemPort }
  const port = await freePort(options.bmcPort)
  const bmc = await startBmc({ solPort: line.port, solProtocol: 'telnet', machine, port })
  started.defer(() => bmc.close())

  const { rootPassword } = image
  const owned = started.move()
  const files = diskFiles(disk, folder)
  return { bmc, consolePort: line.port, sshPort, rootPassword, files, close: () => owned.disposeAsync() }
}
