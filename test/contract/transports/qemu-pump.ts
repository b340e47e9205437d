import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeviceSocket, startDeviceSocket } from '../../lab/device-socket.ts'
import { startProcess } from '../../lab/process.ts'

/**
 * A boot sector that hands bytes from COM1 to COM2 and back, for ever: with it QEMU's serial port has a device behind it that a
 * test can play. 16-bit code of the 8086, at 0x7c00; a UART is at 0x3f8 (COM1) or 0x2f8 (COM2), its line status 5 further.
 */
const pump = (() => {
  const port = (address: number) => [0xba, address & 255, address >> 8] // mov dx, address
  const [com1, com2] = [0x3f8, 0x2f8]
  const input = 0xec // in al, dx
  const output = 0xee // out dx, al
  const jumpIfZero = 0x74
  /** Copies one byte when `to` has room (line status bit 5) and `from` has one (bit 0). */
  const copy = (from: number, to: number) => [
    ...[...port(to + 5), input, 0xa8, 0x20, jumpIfZero, 18],
    ...[...port(from + 5), input, 0xa8, 0x01, jumpIfZero, 10],
    ...[...port(from), input, ...port(to), output],
    ...[0x31, 0xc9], // xor cx, cx
  ]
  const loop = [
    ...copy(com1, com2),
    ...copy(com2, com1),
    ...[0x49, 0x75, 0xc9], // dec cx; jnz loop: while bytes come, and for 65536 rounds after, it does not sleep
    ...[0xf4, 0xeb, 0xc6], // hlt until the timer ticks; jmp loop
  ]
  // With the highest trigger level (14 bytes) QEMU hands bytes over by so many; by one it would take a minute for a megabyte.
  const enableFifo = (uart: number) => [...port(uart + 2), 0xb0, 0xc1, output] // mov al, 0xc1
  const sayReady = [...port(com2), 0xb0, 'R'.charCodeAt(0), output]
  return [...enableFifo(com1), ...enableFifo(com2), ...sayReady, 0xfb, 0x31, 0xc9, ...loop] // sti; xor cx, cx
})()

export interface QemuPump {
  device: DeviceSocket
  /** How many bytes the pump itself typed to the device before it was ready. */
  preamble: number
  /** Ends the machine, as by pulling its plug. */
  stop(): Promise<void>
  close(): Promise<void>
}

/** A machine of QEMU's whose first serial port is `chardev` (without `server=on,wait=off`), with a device behind it. */
export async function startQemuPump(chardev: string): Promise<QemuPump> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeline-qemu-'))
  const image = join(folder, 'boot.img')
  const sector = Buffer.alloc(512)
  sector.set(pump)
  sector.set([0x55, 0xaa], 510)
  await writeFile(image, sector)
  const device = await startDeviceSocket()
  const machine = await startProcess({
    command: 'qemu-system-x86_64',
    args: [
      ...['-machine', 'pc', '-accel', 'tcg', '-m', '2', '-nodefaults', '-no-user-config', '-display', 'none'],
      ...['-drive', `file=${image},format=raw,if=ide,snapshot=on`],
      ...['-chardev', `socket,id=com1,${chardev},server=on,wait=off`, '-serial', 'chardev:com1'],
      ...['-chardev', `socket,id=com2,path=${device.path}`, '-serial', 'chardev:com2'],
    ],
  })
  const close = async () => {
    await machine.close()
    await device.close()
    await rm(folder, { recursive: true, force: true })
  }
  const ended = machine.exited.then(() => Promise.reject(new Error(`QEMU ended: ${machine.output()}`)))
  try {
    await Promise.race([ended, untilReady(device)])
  } catch (error) {
    await close()
    throw error
  }
  ended.catch(() => {})
  return { device, preamble: device.received().length, stop: machine.close, close }
}

async function untilReady(device: DeviceSocket): Promise<void> {
  await device.joined()
  while (!device.received().includes('R')) await new Promise((resolve) => setTimeout(resolve, 20))
}
