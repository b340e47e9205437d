import type { Secret } from '../base/secret.ts'
import type { ClientMessage, LockState, ServerMessage } from '../contract/console.ts'
import type { Alarm, ConsoleSummary, DeviceSettings } from '../contract/devices.ts'
import type { LineState } from '../contract/line.ts'
import type { SysRqKey } from '../contract/sysrq.ts'
import type { DeviceSecretName, TransportConfig, TransportKind } from '../contract/transports.ts'
import type { Actor } from './actor.ts'
import type { ExportSource } from './history/export.ts'
import type { HistorySlice } from './history/slice.ts'
import type { Snapshot } from './history/snapshot.ts'
import type { JobBoard } from './job-board.ts'
import type { LoginHappening } from './logins/logins.ts'
import type { ScreenView, ScreenWatch } from './screen/screen.ts'
import type { Transport } from './transport.ts'

/** One transport per kind. */
export type Transports = { [K in TransportKind]: Transport<K> }

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
  actor: Actor
  permissions: ViewerPermissions
  /** Attach as a spy although one may write. */
  watchOnly: boolean
  /** Resume at this offset; absent: the tail of history. */
  from: number | undefined
  /** A newcomer wants the screen in `attached`, and bytes from there; else a tail of history. */
  screen?: boolean
  /** Credit from the first byte (`ack`), or flow control by the sink until the first ack comes. */
  flow: 'sink' | 'ack'
  sink: ViewerSink
}

export interface ViewerPermissions {
  write: boolean
  break: boolean
  force: boolean
}

/** The far side of a viewer. Its calls must not block and must not throw. It may be called before `attach` has returned. */
export interface ViewerSink {
  /**
   * Returns false when it holds enough for now; it then calls `Attachment.drained` later. The bytes are not changed until `done` is
   * called, or ever when it is not: it lets their memory be used again.
   */
  bytes(chunk: Uint8Array, done: () => void): boolean
  message(message: ServerMessage): void
  /** The console ended this viewer; `message({type:'bye'})` came before. */
  end(): void
}

/** One viewer, seen from its owner. After it ended, by whichever side, every call does nothing. */
export interface Attachment {
  readonly viewerId: string
  input(bytes: Uint8Array): void
  /** As `input`, for a program: throws AppError instead of telling the sink. */
  type(bytes: Uint8Array): void
  /**
   * Takes the lock where it is free or another viewer of the same user holds it, and answers that viewer's id. Throws AppError
   * `not-writer`.
   */
  takeLock(): string | null
  /** Gives the lock to a viewer, if it is here and this one holds the lock. */
  handLock(to: string): void
  message(message: ClientMessage): void
  drained(): void
  permit(permissions: ViewerPermissions): void
  /** Ends this viewer from outside with a reason: revoked, kicked. */
  expel(code: 'revoked' | 'kicked', message: string): void
  detach(): void
}

/** History beyond one slice: by time, for searching, for a file. */
export interface HistoryReader extends ExportSource {
  /** Position of the oldest byte held, and after the newest. */
  readonly oldest: number
  readonly end: number
  snapshot(): Snapshot
}

/** The device's serial console as Lifeline holds it: one link, one history, any number of viewers. */
export interface Console {
  readonly deviceId: string
  /** The paste or file under way. */
  readonly jobs: JobBoard
  summary(): ConsoleSummary
  /** Grows whenever the summary changes: dearer to make than to know that there is no need. */
  readonly revision: number
  /** Throws AppError `too-many-viewers` or `too-many-consoles`. */
  attach(request: AttachRequest): Attachment
  reconnect(): void
  /** Bytes from `from` (default: the last `limit`), at most `limit`. `from` beyond the end is AppError `bad-request`. */
  readHistory(from: number | undefined, limit: number): Promise<HistorySlice>
  /** Resolves when history is open. Rejects with AppError `try-later` when the console is being let go of. */
  history(): Promise<HistoryReader>
  /** What stands on the screen, of everything printed before this call at least; undefined when it cannot be had in time. */
  screen(): Promise<ScreenView | undefined>
  /** Tells each time the device has printed and then paused. The screen is kept until the watch is ended by the function returned. */
  watchScreen(watch: ScreenWatch): () => void
}

/** A console that consoles.ts holds. */
export interface HeldConsole extends Console {
  /** Somebody should look at this device, for a reason that its console does not print. `line` says why. */
  raise(alarm: Alarm, line: string): void
  readonly spec: ConsoleSpec
  /** Resolves when the history on disk has been opened, or cannot be (then `recording` says so). Nothing needs to wait for it. */
  opened(): Promise<void>
}

/** A connection to try without keeping it. */
export interface TestRequest {
  transport: TransportConfig
  secrets: ConsoleSpec['secrets']
  allowLocalTargets: boolean
  /** Time to connect, ms; default 20 s as for every line. */
  timeoutMs?: number
}

/** What happened on a console and belongs into the audit. `offset` is the end of history at that moment. */
export type ConsoleEvent = { spec: ConsoleSpec; at: number; offset: number } & (
  | { type: 'attached'; viewerId: string; actor: Actor; role: 'writer' | 'spy' }
  | {
      type: 'detached'
      viewerId: string
      actor: Actor
      /** Bytes this viewer typed that went to the device. */
      typedBytes: number
      /** `left` of its own accord, or the code of the `bye` it got. */
      reason: 'left' | 'revoked' | 'kicked' | 'device-removed' | 'shutdown'
    }
  | {
      type: 'lock'
      event: LockEvent
      /** Who did it; null when time did. */
      actor: Actor | null
      /** User who holds the lock now. */
      writer: Actor | null
      lock: LockState
      reason: string | null
    }
  /** `key` is the SysRq command that followed; null for a break alone. */
  | LoginHappening
  | { type: 'break'; viewerId: string; actor: Actor; key: SysRqKey | null }
  /** The line came up, went down, waits for another cause than before, or was disabled. Not each attempt. */
  | { type: 'line'; line: LineState }
)

export type LockEvent = Extract<ServerMessage, { type: 'lock' }>['event']
