import { readSync } from 'node:fs'
import { SerialPort } from 'serialport'
import { systemCode } from '../base/errors.ts'
import type { TransportOf } from '../contract/transports.ts'
import { DescriptorWriter } from './descriptor-writer.ts'

/** An open serial port: a raw byte stream, exclusively ours among programs that lock (flock(2)). */
export interface OpenPort {
  readonly writer: Pick<DescriptorWriter, 'write' | 'drained' | 'waitingBytes'>
  /** Begins or ends a BREAK; DTR and RTS stay asserted. Rejects where the device has no such lines (a pty). */
  setBreak(on: boolean): Promise<void>
  /** No event comes from here on. Throws away what was written but not sent if it does not flow. */
  close(): Promise<void>
}

export interface PortEvents {
  data(bytes: Uint8Array): void
  /** Once: the port is unusable from here on, unplugged or its other side gone. It is still to be closed. */
  gone(): void
}

/**
 * Opens a port, raw, with DTR and RTS asserted. Rejects with an Error whose message holds the system's own words. DTR falls when the
 * port is closed (HUPCL), so that a login on the device does not stay open for whoever connects next.
 *
 * Only the opening, with locks and line settings, is serialport's. Its stream goes deaf while a write waits (its poller knows one
 * event at a time) and spins when a port is unplugged (it reads again when read(2) gives 0), so reading and writing are ours.
 */
export async function openPort(config: TransportOf<'tty'>, events: PortEvents): Promise<OpenPort> {
  const { path, baud, dataBits, parity, stopBits, flowControl } = config
  const xonXoff = flowControl === 'xon-xoff'
  const rtscts = flowControl === 'rts-cts'
  const lines = { dataBits, parity, stopBits, rtscts, xon: xonXoff, xoff: xonXoff }
  const port = await SerialPort.binding.open({ path, baudRate: baud, lock: true, hupcl: true, ...lines })
  if (!('poller' in port)) throw new Error('Serial ports work on Linux and macOS only.')
  const fd = port.fd ?? -1
  const writer = new DescriptorWriter({ fd, isOpen: () => port.isOpen })
  const reading = readWhenReady(port.poller, fd, events)
  return {
    writer,
    setBreak: (on) => port.set({ brk: on, dtr: true, rts: true }),
    async close() {
      reading.stop()
      const stuck = writer.waitingBytes > 0
      writer.stop()
      if (!port.isOpen) return
      // close(2) waits for what the line has not sent yet, for as long as flow control holds it.
      if (stuck) await port.flush().catch(() => {})
      await port.close()
    },
  }
}

/** The part of serialport's poller that can be trusted: one readiness, asked for anew each time. */
interface Poller {
  poll(events: number): void
  on(event: 'readable', listener: (error: Error | null) => void): unknown
  off(event: 'readable', listener: (error: Error | null) => void): unknown
}

const readableEvent = 1
const readBytes = 64 * 1024

function readWhenReady(poller: Poller, fd: number, events: PortEvents): { stop(): void } {
  const stop = () => poller.off('readable', look)
  const look = (error: Error | null) => {
    const bytes = error ? undefined : readAvailable(fd)
    if (bytes === undefined) {
      stop()
      events.gone()
      return
    }
    if (bytes.length > 0) events.data(bytes)
    // The receiver of the data may have closed the port.
    if (!stopped) poller.poll(readableEvent)
  }
  let stopped = false
  poller.on('readable', look)
  poller.poll(readableEvent)
  return {
    stop() {
      stopped = true
      stop()
    },
  }
}

/** What there is to read now, maybe nothing; `undefined` when the port is gone. */
function readAvailable(fd: number): Uint8Array | undefined {
  const buffer = Buffer.allocUnsafe(readBytes)
  try {
    const count = readSync(fd, buffer)
    return count > 0 ? buffer.subarray(0, count) : undefined
  } catch (error) {
    return systemCode(error) === 'EAGAIN' ? new Uint8Array(0) : undefined
  }
}
