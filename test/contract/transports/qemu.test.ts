import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { telnetTransport } from '../../../server/console/transports/telnet.ts'
import { unixTransport } from '../../../server/console/transports/unix.ts'
import { freePort } from '../../lab/ports.ts'
import { transportContract } from './contract.ts'
import { farEndAt } from './far-end.ts'
import { open } from './opened.ts'
import { startQemuPump } from './qemu-pump.ts'

transportContract("unix to QEMU's serial port", {
  start: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-chardev-'))
    const path = join(folder, 'serial')
    const pump = await startQemuPump(`path=${path}`)
    const close = async () => {
      await pump.close()
      await rm(folder, { recursive: true, force: true })
    }
    const target = { transport: unixTransport, config: { kind: 'unix', path } as const }
    return farEndAt(pump.device, target, { hangUp: pump.stop, close })
  },
  refusals: [],
  second: 'the same line',
  breakSupported: false,
  hangUp: { code: 'closed-by-far-end' },
  // An emulated UART, byte by byte.
  burstBytes: 64 * 1024,
})

describe("telnet to QEMU's serial port", () => {
  // The rest of the contract is not QEMU's: it does not double a 0xFF that the guest prints.
  it('makes the guest see a BREAK, between the bytes where it was sent', async () => {
    const port = await freePort()
    const pump = await startQemuPump(`host=127.0.0.1,port=${port},telnet=on`)
    try {
      const config = { kind: 'telnet', host: '127.0.0.1', port } as const
      const opened = await open({ transport: telnetTransport, config })
      // A UART hands a BREAK on as a NUL with a flag.
      const typed = () => pump.device.received().subarray(pump.preamble).toString('latin1')
      opened.link.write(Buffer.from('before\r'))
      // QEMU lets a BREAK overtake bytes that its guest has not taken yet.
      await expect.poll(typed, { timeout: 10_000 }).toBe('before\r')
      await opened.link.sendBreak()
      opened.link.write(Buffer.from('after'))
      await expect.poll(typed, { timeout: 10_000 }).toBe('before\r\0after')
      pump.device.print(Buffer.from('printed'))
      await expect.poll(() => opened.printed().toString(), { timeout: 10_000 }).toBe('printed')
      await opened.close()
    } finally {
      await pump.close()
    }
  })
})
