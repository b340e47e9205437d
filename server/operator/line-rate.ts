import type { TransportConfig } from '../contract/transports.ts'

/** How fast to type on a line. */
export interface LineRate {
  bytesPerSecond: number
  /** Whether the line itself was set to this, so that it holds for sure. */
  known: boolean
}

/** 115200 8N1, what nearly every server's console runs at and no BMC exceeds. */
const usual = 11_520
/** For what may have no serial line in it at all. */
const most = 32_768

export function lineRate(transport: TransportConfig): LineRate {
  const serial =
    transport.kind === 'tty' ? transport : transport.kind === 'telnet' ? transport.serial : undefined
  if (serial !== undefined) {
    const bits = 1 + serial.dataBits + (serial.parity === 'none' ? 0 : 1) + serial.stopBits
    return { bytesPerSecond: Math.floor(serial.baud / bits), known: true }
  }
  const free = transport.kind === 'demo' || transport.kind === 'command' || transport.kind === 'unix'
  return { bytesPerSecond: free ? most : usual, known: false }
}
