import type { Log } from '../base/log.ts'
import type { Secret } from '../base/secret.ts'
import type { Cause } from '../contract/line.ts'
import type { DeviceSecretName, TransportKind, TransportOf } from '../contract/transports.ts'

/**
 * A transport opens a link to a device's serial console. One file per kind under transports/, all of this shape, all passing
 * test/contract/transports. It does not reconnect, count, record or decide: that is the line's work (line.ts).
 */
export interface Transport<K extends TransportKind = TransportKind> {
  kind: K
  /**
   * Resolves when bytes can pass. Rejects with LinkError (and only with that) when they cannot, also when `signal` aborts (time-out
   * or shutdown); by then it has freed everything it opened. No event comes before it resolved, except `data`, which may.
   */
  open(request: OpenRequest<K>): Promise<Link>
}

export interface OpenRequest<K extends TransportKind = TransportKind> {
  config: TransportOf<K>
  secrets: Partial<Record<DeviceSecretName, Secret>>
  events: LinkEvents
  /** Aborts on the connect time-out (line.ts: 20 s) and on shutdown. After `open` resolved it means nothing. */
  signal: AbortSignal
  log: Log
  /** May the far end be an address of this machine or link-local (127/8, ::1, 169.254/16, fe80::/10, unspecified, multicast)? */
  allowLocalTargets: boolean
}

/** What a link tells its owner. `closed` comes exactly once, last, unless the owner called close() first. */
export interface LinkEvents {
  /** Bytes the device printed, unchanged. Their memory is used again after the call: who keeps them keeps a copy. */
  data(bytes: Uint8Array): void
  /** Bytes are known to be lost (a hole in SOL sequence numbers, an overrun). `bytes` is 0 when how many is unknown. */
  lost(bytes: number): void
  closed(cause: Cause): void
}

export interface Link {
  /** Whether the far end can be sent a serial BREAK on this link. */
  readonly breakSupported: boolean
  /** Hands bytes to the device, unchanged and in order. Returns false when the caller should wait for `drained`. */
  write(bytes: Uint8Array): boolean
  /** Resolves when what was written has left this process, or the link is closed. */
  drained(): Promise<void>
  /**
   * Stop and go on reading, where the far end can wait: a flood then waits where it comes from instead of in our memory, and other
   * consoles get their turn. Absent where bytes would be lost. A few bytes may still come after `pause`.
   */
  pause?(): void
  resume?(): void
  /** Sends a BREAK of 250 ms or what the protocol defines. Rejects with AppError `break-unsupported` when it cannot. */
  sendBreak(): Promise<void>
  /** Ends the link gracefully within 5 s and frees everything. No event comes after the call. Never rejects. */
  close(): Promise<void>
}

/** Why a link could not be opened. */
export class LinkError extends Error {
  readonly reason: Cause

  constructor(reason: Cause, options: { cause?: unknown } = {}) {
    super(reason.message, options)
    this.name = 'LinkError'
    this.reason = reason
  }
}
