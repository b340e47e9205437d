import { readFile } from 'node:fs/promises'
import { pollPause } from './ports.ts'
import { requireProgram } from './process.ts'

/** A raw disk, the image of a CD, or the folder of a TFTP server that gives `pxelinux.0`. */
export interface BootMedium {
  kind: 'disk' | 'cd' | 'network'
  path: string
}

export interface QemuOptions {
  disk: string
  /** Started from in front of `disk`; nothing is written to it. */
  bootMedium: BootMedium | undefined
  /** Arguments for another firmware than QEMU's BIOS. */
  firmware: string[]
  /** Raw TCP port that the UART connects to. */
  serialPort: number
  /** TCP port of the BMC's system interface. */
  systemPort: number
  /** Loopback port that leads to the guest's sshd. */
  sshPort: number
  qmpSocket: string
  pidFile: string
  /** What QEMU complains about. */
  logFile: string
}

/** The command line of the lab's machine, without quotes, as ipmi_sim's `startcmd` wants it. */
export function qemuCommand(options: QemuOptions): string {
  const { disk, bootMedium, firmware, serialPort, systemPort, sshPort, qmpSocket, pidFile, logFile } = options
  return [
    // ipmi_sim lets the machine run on when it is ended; nobody would find it then.
    'setpriv --pdeathsig TERM',
    requireProgram('qemu-system-x86_64'),
    `-machine pc -m 512 -smp 1 ${accelerator()}`,
    ...firmware,
    '-nodefaults -no-user-config -display none -vga none',
    // Named devices, the first of them vda: `if=virtio` would come behind.
    `-drive file=${disk},format=qcow2,if=none,id=disk,cache=unsafe -device virtio-blk-pci,drive=disk`,
    ...(bootMedium === undefined ? [] : [mediumArguments[bootMedium.kind](bootMedium.path)]),
    `-netdev user,id=net0,hostfwd=tcp:127.0.0.1:${sshPort}-:22 -device virtio-net-pci,netdev=net0,romfile=`,
    `-chardev socket,id=ser0,host=127.0.0.1,port=${serialPort},nodelay=on -serial chardev:ser0`,
    // Without `reconnect` ipmi_sim does not see this connection and the machine ends at once.
    `-chardev socket,id=ipmi0,host=127.0.0.1,port=${systemPort},reconnect=10`,
    '-device ipmi-bmc-extern,id=bmc0,chardev=ipmi0 -device isa-ipmi-kcs,bmc=bmc0',
    `-qmp unix:${qmpSocket},server=on,wait=off -pidfile ${pidFile}`,
    `2>>${logFile}`,
  ].join(' ')
}

const mediumArguments: Record<BootMedium['kind'], (path: string) => string> = {
  disk: (path) =>
    `-drive file=${path},format=raw,if=none,id=boot,snapshot=on -device virtio-blk-pci,drive=boot,bootindex=1`,
  cd: (path) =>
    `-drive file=${path},format=raw,if=none,id=boot,media=cdrom,readonly=on -device ide-cd,drive=boot,bootindex=1`,
  network: (path) =>
    `-netdev user,id=boot,tftp=${path},bootfile=pxelinux.0 -device virtio-net-pci,netdev=boot,bootindex=1`,
}

/**
 * Emulation by default: /dev/kvm may exist and hang the guest after GRUB. LIFELINE_LAB_ACCEL=kvm where it is known to work.
 * Emulated, `-cpu max` does not get past the kernel's start, and SVM makes udev load KVM for nothing.
 */
export function accelerator(): string {
  const chosen = process.env.LIFELINE_LAB_ACCEL ?? 'tcg'
  if (chosen === 'kvm') return '-accel kvm -cpu host'
  if (chosen === 'tcg') return '-accel tcg,thread=multi -cpu qemu64,-svm'
  throw new Error(`LIFELINE_LAB_ACCEL is "${chosen}"; it must be "tcg" (default) or "kvm".`)
}

const graceMs = 3000

/** Ends the QEMU that wrote `pidFile`, whoever started it, and waits until it is gone. Nothing to do when none runs. */
export async function stopQemu(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''))
  const deadline = Date.now() + graceMs
  while (pid > 0 && (await isOurs(pid, pidFile))) {
    process.kill(pid, Date.now() < deadline ? 'SIGTERM' : 'SIGKILL')
    await pollPause()
  }
}

/** The process number may belong to somebody else by now: only the command line with our pid file is our QEMU. */
async function isOurs(pid: number, pidFile: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.split('\0').includes(pidFile)
}
