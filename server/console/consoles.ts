import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import type { Log } from '../base/log.ts'
import type { TestResult } from '../contract/devices.ts'
import type { ConsoleEvent, ConsoleSpec, HeldConsole, TestRequest, Transports } from './console.ts'
import type { ConsoleSettings } from './settings.ts'

export interface ConsolesOptions {
  /** Folder of all histories; made with mode 0700. One folder per device id within. */
  historyDir: string
  settings: ConsoleSettings
  clock: Clock
  log: Log
  transports: Transports
  /** Told of everything that belongs into the audit. Must not block and must not throw. */
  record(event: ConsoleEvent): void
  /** 0 to 1, for the jitter of the back-off. */
  random?: () => number
}

/** All consoles that this gateway holds. */
export interface Consoles extends Closable {
  /**
   * Holds the device's console from now on, or gives the held one a new spec. Other consoles notice nothing, and the link of this one
   * is only opened anew when its transport, secrets or `enabled` changed. History is opened behind the scenes.
   */
  hold(spec: ConsoleSpec): HeldConsole
  /** Ends the console: viewers get `bye` with `device-removed`, the link is closed, the history deleted. */
  drop(deviceId: string): Promise<void>
  get(deviceId: string): HeldConsole | undefined
  all(): HeldConsole[]
  /** Opens a link, listens for the first output for up to 2 s, and closes it again. Records and shows nothing. Never rejects. */
  testConnection(request: TestRequest): Promise<TestResult>
  /** How many different consoles a user is attached to. */
  consolesOf(userId: string): number
  /** Ends every viewer (`bye`, `shutdown`), closes every link gracefully, writes all history. */
  close(): Promise<void>
}

export function createConsoles(_options: ConsolesOptions): Consoles {
  throw new Error('not written yet')
}
