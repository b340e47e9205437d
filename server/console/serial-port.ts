import { SerialPort } from 'serialport'
import type { TransportOf } from '../contract/transports.ts'

/** An open serial port: a raw byte stream, exclusively ours among programs that lock (flock(2)). */
export interface OpenPort {
  /** False when the caller should wait; `taken` is called when the kernel has the bytes, or the port is closed. */
  write(bytes: Uint8Array, taken: () => void): boolean
  /** Bytes that the kernel has not taken yet. */
  readonly waitingBytes: number
  /** Begins or ends a BREAK; DTR and RTS stay asserted. Rejects where the device has no such lines (a pty). */
  setBreak(on: boolean): Promise<void>
  /** Throws away what was written but not sent. */
  discard(): Promise<void>
  close(): Promise<void>
}

export interface PortEvents {
  data(bytes: Uint8Array): void
  /** The port is unusable from here on: unplugged, or its other side is gone. */
  gone(error: Error): void
}

/**
 * Opens a port, raw, with DTR and RTS asserted. Rejects with an Error whose message begins with the system's own words. DTR falls
 * when the port is closed (HUPCL), so that a login on the device does not stay open for whoever connects next.
 */
export async function openPort(config: TransportOf<'tty'>, events: PortEvents): Promise<OpenPort> {
  const { path, baud, dataBits, parity, stopBits, flowControl } = config
  const port = new SerialPort({
    path,
    baudRate: baud,
    dataBits,
    parity,
    stopBits,
    rtscts: flowControl === 'rts-cts',
    xon: flowControl === 'xon-xoff',
    xoff: flowControl === 'xon-xoff',
    lock: true,
    autoOpen: false,
  })
  await done((finish) => port.open(finish))
  port.on('data', events.data)
  port.on('error', events.gone)
  port.on('end', () => events.gone(new Error('end of file')))
  port.on('close', (error: Error | null) => events.gone(error ?? new Error('closed')))
  return {
    write: (bytes, taken) => port.write(bytes, undefined, taken),
    get waitingBytes() {
      return port.writableLength
    },
    setBreak: (on) => done((finish) => port.set({ brk: on, dtr: true, rts: true }, finish)),
    discard: () => done((finish) => port.flush(finish)),
    async close() {
      if (port.isOpen) await done((finish) => port.close(finish))
    },
  }
}

function done(run: (finish: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())))
}
