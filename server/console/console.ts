import type { Secret } from '../base/secret.ts'
import type { ClientMessage, ServerMessage } from '../contract/console.ts'
import type { ConsoleSummary, DeviceSettings } from '../contract/devices.ts'
import type { DeviceSecretName, TransportConfig } from '../contract/transports.ts'

/** What a console must know of its device. A new one replaces the old; the link is only opened anew when what it needs changed. */
export interface ConsoleSpec {
  deviceId: string
  projectId: string
  name: string
  enabled: boolean
  transport: TransportConfig
  secrets: Partial<Record<DeviceSecretName, Secret>>
  settings: DeviceSettings
  allowLocalTargets: boolean
}

/** Who attaches, what they may, and where their bytes go. Permissions are fixed here and renewed by `Attachment.permit`. */
export interface AttachRequest {
  actor: { id: string; name: string; email: string; address: string | null }
  permissions: ViewerPermissions
  /** Attach as a spy although one may write. */
  watchOnly: boolean
  /** Resume at this offset; absent: the tail of history. */
  from: number | undefined
  /** Credit from the first byte (`ack`), or flow control by the sink until the first ack comes. */
  flow: 'sink' | 'ack'
  sink: ViewerSink
}

export interface ViewerPermissions {
  write: boolean
  break: boolean
  force: boolean
}

/** The far side of a viewer. Its calls must not block and must not throw. */
export interface ViewerSink {
  /** Returns false when it holds enough for now; it then calls `Attachment.drained` later. The bytes are not changed afterwards. */
  bytes(chunk: Uint8Array): boolean
  message(message: ServerMessage): void
  /** The console ended this viewer; `message({type:'bye'})` came before. */
  end(): void
}

export interface Attachment {
  readonly viewerId: string
  input(bytes: Uint8Array): void
  message(message: ClientMessage): void
  drained(): void
  permit(permissions: ViewerPermissions): void
  /** Ends this viewer from outside with a reason: revoked, kicked. */
  expel(code: 'revoked' | 'kicked', message: string): void
  detach(): void
}

/** A slice of history, or what is still held when the bytes asked for are gone. */
export type HistorySlice =
  | { kind: 'bytes'; from: number; bytes: Uint8Array; end: number }
  | { kind: 'gone'; heldFrom: number; end: number }

/** The device's serial console as Lifeline holds it: one link, one history, any number of viewers. */
export interface Console {
  readonly deviceId: string
  summary(): ConsoleSummary
  /** Throws AppError `too-many-viewers` or `too-many-consoles`. */
  attach(request: AttachRequest): Attachment
  reconnect(): void
  /** Bytes from `from` (default: the last `limit`), at most `limit`. `from` beyond the end is AppError `bad-request`. */
  readHistory(from: number | undefined, limit: number): Promise<HistorySlice>
}
