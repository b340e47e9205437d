import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { TestResult } from '../contract/devices.ts'
import type { ConsoleEvent, ConsoleSpec, HeldConsole, TestRequest, Transports } from './console.ts'
import { openHistory } from './history/open-history.ts'
import { Scribe } from './history/scribe.ts'
import { Searches } from './history/searches.ts'
import type { OpenLink } from './line.ts'
import { LiveConsole } from './live-console.ts'
import { Pauses } from './logins/pauses.ts'
import { KeptScreens } from './screen/kept-screens.ts'
import { Terminals } from './screen/terminals.ts'
import type { ConsoleSettings } from './settings.ts'
import { testConnection } from './test-connection.ts'
import type { Transport } from './transport.ts'
import { Turns } from './turns.ts'

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
  /** Threads that search histories. */
  readonly searches: Searches
  /** How many different consoles a user is attached to. */
  consolesOf(userId: string): number
  /** Ends every viewer (`bye`, `shutdown`), closes every link gracefully, writes all history. */
  close(): Promise<void>
}

/** How often old history is looked for on consoles that print nothing. */
const tidyMs = 60 * 60 * 1000
/** How often what was printed is searched for alarms: soon enough for a person, rare enough to cost nothing. */
const alarmsMs = 2000

export function createConsoles(options: ConsolesOptions): Consoles {
  const { settings, clock, log, record, random = Math.random } = options
  const held = new Map<string, LiveConsole>()
  const leaving = new Set<Promise<void>>()
  const scribe = new Scribe(clock)
  const searches = new Searches(clock)
  const turns = new Turns(clock)
  const pauses = new Pauses(clock)
  const terminals = new Terminals({ clock, log })
  const kept = new KeptScreens(clock)
  const boot = bootId()
  const tidying = clock.every(tidyMs, () => {
    for (const console of held.values()) console.tidy()
  })
  const looking = clock.every(alarmsMs, () => {
    for (const console of held.values()) console.lookForAlarms()
  })
  let closed: Promise<void> | undefined

  const consolesOf = (userId: string, except?: LiveConsole): number =>
    [...held.values()].filter((console) => console !== except && console.has(userId)).length

  const admit = (userId: string, deviceId: string): void => {
    if (consolesOf(userId, held.get(deviceId)) < settings.consolesPerUser) return
    throw new AppError(
      'too-many-consoles',
      `You have ${settings.consolesPerUser} consoles open, and no more are allowed. Close one to open this one.`,
    )
  }

  const make = (spec: ConsoleSpec): LiveConsole => {
    const { deviceId } = spec
    const consoleLog = log.child({ deviceId })
    const folder = join(options.historyDir, deviceId)
    return new LiveConsole(spec, {
      clock,
      log: consoleLog,
      turns,
      pauses,
      terminals,
      kept,
      random,
      settings,
      record,
      opener: (current) => opener(options.transports, current, consoleLog),
      folder,
      openHistory: (events) =>
        openHistory({ ...events, folder, settings: settings.history, clock, log: consoleLog, scribe, boot }),
      admit: (userId) => admit(userId, deviceId),
      typed: () => {
        turns.typed(deviceId)
        scribe.sealer.typed()
      },
    })
  }

  return {
    searches,
    hold(spec) {
      const before = held.get(spec.deviceId)
      before?.update(spec)
      const console = before ?? make(spec)
      held.set(spec.deviceId, console)
      return console
    },
    async drop(deviceId) {
      const console = held.get(deviceId)
      if (console === undefined) return
      held.delete(deviceId)
      const gone = console.close('device-removed')
      leaving.add(gone)
      await gone
      leaving.delete(gone)
    },
    get: (deviceId) => held.get(deviceId),
    all: () => [...held.values()],
    testConnection: (request) =>
      testConnection({ request, open: opener(options.transports, request, log), clock, log }),
    consolesOf: (userId) => consolesOf(userId),
    close() {
      closed ??= (async () => {
        tidying.cancel()
        await searches.close()
        looking.cancel()
        await Promise.all([...leaving, ...[...held.values()].map((console) => console.close('shutdown'))])
        turns.close()
        await scribe.close()
        kept.close()
        await terminals.close()
      })()
      return closed
    },
  }
}

/** Ties a transport to what it needs. */
function opener(
  transports: Transports,
  {
    transport: config,
    secrets,
    allowLocalTargets,
  }: Pick<ConsoleSpec, 'transport' | 'secrets' | 'allowLocalTargets'>,
  log: Log,
): OpenLink {
  // The compiler cannot see that the transport found by a kind takes configurations of that very kind.
  const transport = transports[config.kind] as Transport
  return (events, signal) => transport.open({ config, secrets, events, signal, log, allowLocalTargets })
}

/** Tells a killed gateway from a power failure, see history/resume.ts. Where there is none, every end counts as a killed gateway. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return 'unknown'
  }
}
