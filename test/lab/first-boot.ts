import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureCloudImage } from './cloud-image.ts'
import { freePort } from './ports.ts'
import { startProcess } from './process.ts'
import { accelerator } from './qemu.ts'
import { run } from './run.ts'
import { startSerialLine } from './serial-line.ts'

/** A machine that has never booted, without a BMC. It is off until it is switched on. */
export interface NewMachine {
  /** Telnet port of its serial console. */
  consolePort: number
  /** Loopback port that leads to its sshd. */
  sshPort: number
  /** @param seed Where its cloud-init finds its documents. The gateway's loopback is 10.0.2.2 for it. */
  switchOn(seed: string): Promise<void>
  close(): Promise<void>
}

export async function newMachine(): Promise<NewMachine> {
  const image = await ensureCloudImage()
  await using started = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-first-boot-'))
  started.defer(() => rm(folder, { recursive: true, force: true }))
  const disk = join(folder, 'disk.qcow2')
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image.disk, '-F', 'raw', disk])
  const noBreak = async (): Promise<void> => undefined
  const line = started.adopt(await startSerialLine({ sendBreak: noBreak }), (owned) => owned.close())
  const sshPort = await freePort()
  const owned = started.move()
  return {
    consolePort: line.port,
    sshPort,
    async switchOn(seed) {
      const args = qemuArguments({ disk, sshPort, serialPort: line.machinePort, seed })
      owned.adopt(await startProcess({ command: 'qemu-system-x86_64', args }), (qemu) => qemu.close())
    },
    close: () => owned.disposeAsync(),
  }
}

interface Parts {
  disk: string
  sshPort: number
  serialPort: number
  seed: string
}

/** cloud-init takes the datasource from the serial number that the firmware shows: neither kernel command line nor disk is touched. */
function qemuArguments({ disk, sshPort, serialPort, seed }: Parts): string[] {
  return [
    ...`-machine pc -m 512 -smp 1 ${accelerator()}`.split(' '),
    ...'-nodefaults -no-user-config -display none -vga none'.split(' '),
    ...['-smbios', `type=1,serial=ds=nocloud-net;s=${seed}`],
    ...['-drive', `file=${disk},format=qcow2,if=virtio,cache=unsafe`],
    ...['-netdev', `user,id=net0,hostfwd=tcp:127.0.0.1:${sshPort}-:22`],
    ...['-device', 'virtio-net-pci,netdev=net0,romfile='],
    ...['-chardev', `socket,id=ser0,host=127.0.0.1,port=${serialPort},nodelay=on`, '-serial', 'chardev:ser0'],
  ]
}
