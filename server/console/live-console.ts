import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../base/clock.ts'
import { AppError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { ServerMessage } from '../contract/console.ts'
import type { Alarm, ConsoleSummary } from '../contract/devices.ts'
import { limits } from '../contract/limits.ts'
import type { LineState, RecordingState } from '../contract/line.ts'
import { AttentionWatch } from './attention.ts'
import { Calm } from './calm.ts'
import type { Attachment, AttachRequest, ConsoleEvent, ConsoleSpec, HeldConsole } from './console.ts'
import { Feed } from './feed.ts'
import type { History, HistoryOptions } from './history/history.ts'
import type { CountedGap } from './history/recent-gaps.ts'
import type { HistorySlice } from './history/slice.ts'
import { JobBoard } from './job-board.ts'
import { LastLine } from './last-line.ts'
import { Line, type OpenLink } from './line.ts'
import { Logins } from './logins/logins.ts'
import type { Pauses } from './logins/pauses.ts'
import { startOfReplay } from './replay-start.ts'
import { sameLink } from './same-link.ts'
import { ConsoleScreen } from './screen/console-screen.ts'
import type { KeptScreens } from './screen/kept-screens.ts'
import type { Drawing, ScreenView, ScreenWatch } from './screen/screen.ts'
import type { Terminals } from './screen/terminals.ts'
import type { ConsoleSettings } from './settings.ts'
import { Throttle } from './throttle.ts'
import type { Turns } from './turns.ts'
import type { ConsoleViewer } from './viewer.ts'
import { type Happening, Viewers } from './viewers.ts'

export interface LiveConsoleOptions {
  clock: Clock
  log: Log
  turns: Turns
  pauses: Pauses
  terminals: Terminals
  kept: KeptScreens
  random: () => number
  settings: ConsoleSettings
  record(event: ConsoleEvent): void
  /** How a link to the device is opened. */
  opener(spec: ConsoleSpec): OpenLink
  /** Of the history. */
  folder: string
  openHistory(events: Pick<HistoryOptions, 'changed' | 'published' | 'wrote'>): Promise<History>
  /** Throws AppError when the user may not attach to one more console. */
  admit(userId: string): void
  /** Somebody typed. */
  typed(): void
}

/** One console: its line, its history and its viewers. */
export class LiveConsole implements HeldConsole {
  readonly jobs = new JobBoard((message) => this.#viewers.tell(message))
  readonly #options: LiveConsoleOptions
  readonly #line: Line
  readonly #viewers: Viewers
  readonly #throttle: Throttle
  readonly #calm: Calm
  readonly #logins: Logins
  readonly #screen: ConsoleScreen
  readonly #opened: Promise<void>
  #spec: ConsoleSpec
  #history: History | undefined
  /** Since when nothing of the device can reach us; undefined while something may. */
  #downSince: number | undefined
  readonly #lastLine = new LastLine()
  #attention: AttentionWatch | undefined
  /** Counts what changed of the summary besides the history. */
  #changes = 0
  /** What the audit was told of the line. */
  #recorded = ''
  #closed = false

  constructor(spec: ConsoleSpec, options: LiveConsoleOptions) {
    const { clock, log, random, settings } = options
    this.#spec = spec
    this.#options = options
    this.#line = new Line({
      clock,
      log,
      random,
      data: (bytes) => this.#printed(bytes),
      lost: (bytes) => this.#gap((history) => history.lose(bytes)),
      changed: (state) => this.#lineChanged(state),
    })
    this.#logins = new Logins({
      ...options,
      settings: () => this.#spec.settings,
      history: () => this.#history,
      screen: () => this.#screen.view(),
      writer: () => this.#viewers.writer,
      attended: () => this.#viewers.attended,
      unattended: (bytes) => this.#viewers.typeUnattended(bytes),
      changed: (login) => {
        this.#changes++
        this.#viewers.tell({ type: 'login', login })
      },
      record: (happening) => this.#record(happening),
    })
    this.#viewers = new Viewers({
      clock,
      log,
      viewersPerConsole: settings.viewersPerConsole,
      inputBytesPerSecond: settings.inputBytesPerSecond,
      writerIdleMinutes: spec.settings.writerIdleMinutes,
      link: () => this.#line.link,
      resume: (viewer, from) => this.#resume(viewer, from),
      jobs: this.jobs,
      typed: options.typed,
      logins: this.#logins,
      counted: (viewers) => {
        this.#history?.setWatched(viewers > 0)
        this.#screen.setViewers(viewers)
      },
      record: (happening) => {
        // Every coming and going and every change of the lock is recorded.
        this.#changes++
        this.#record(happening)
      },
    })
    this.#calm = new Calm(options.clock)
    this.#throttle = new Throttle({
      deviceId: spec.deviceId,
      turns: options.turns,
      clock,
      link: () => this.#line.link,
      history: () => this.#history,
    })
    this.#screen = new ConsoleScreen({
      ...options,
      size: spec.settings.size,
      link: () => this.#line.link,
      history: () => this.#history,
    })
    this.#opened = this.#open()
    this.#setLine()
  }

  get deviceId(): string {
    return this.#spec.deviceId
  }

  get spec(): ConsoleSpec {
    return this.#spec
  }

  opened(): Promise<void> {
    return this.#opened
  }

  /** Whether the user is attached here. */
  has(userId: string): boolean {
    return this.#viewers.has(userId)
  }

  get revision(): number {
    return this.#changes + (this.#history?.end ?? 0)
  }

  summary(): ConsoleSummary {
    return {
      line: this.#line.state,
      recording: this.#recording(),
      end: this.#history?.end ?? 0,
      lastLine: this.#lastLine.of(this.#history),
      lastDataAt: this.#history?.lastAt ?? null,
      viewers: this.#viewers.shown(),
      writer: this.#viewers.lock.writer,
      login: this.#logins.shown,
      attention: this.#attention?.found ?? null,
    }
  }

  /** Looks whether something was printed that somebody should see. */
  lookForAlarms(): void {
    if (this.#history === undefined) return
    const attended = this.#viewers.lock.writer !== null
    const now = this.#options.clock.now()
    if (this.#attention?.look(this.#history, { now, attended })) this.#changes++
  }

  raise(alarm: Alarm, line: string): void {
    this.#attention?.raise({ alarm, line, at: this.#options.clock.now() })
    this.#changes++
  }

  attach(request: AttachRequest): Attachment {
    if (this.#closed) throw closing()
    this.#options.admit(request.actor.id)
    const viewer = this.#viewers.admit(request)
    // Who watches a wall of them, or comes back after a cut, has opened nothing.
    if (!request.watchOnly && request.from === undefined && this.#attention?.seen()) this.#changes++
    const { from } = request
    if (this.#history !== undefined) this.#placeFrom(viewer, this.#history, from)
    else this.#opened.then(() => this.#history && this.#placeFrom(viewer, this.#history, from))
    return viewer
  }

  reconnect(): void {
    this.#line.reconnect()
  }

  async readHistory(from: number | undefined, limit: number): Promise<HistorySlice> {
    const history = await this.history()
    return history.read(from, limit)
  }

  async history(): Promise<History> {
    await this.#opened
    if (this.#history === undefined) throw closing()
    return this.#history
  }

  screen(): Promise<ScreenView | undefined> {
    return this.#screen.view()
  }

  watchScreen(watch: ScreenWatch): () => void {
    return this.#screen.watch(watch)
  }

  /** Takes a new spec. The link is only opened anew when what it is made from changed. */
  update(spec: ConsoleSpec): void {
    const before = this.#spec
    this.#spec = spec
    this.#viewers.setIdleMinutes(spec.settings.writerIdleMinutes)
    if (!isDeepStrictEqual(before.settings.size, spec.settings.size)) {
      this.#screen.resize(spec.settings.size)
      this.#viewers.tell({ type: 'size', size: spec.settings.size })
    }
    if (!sameLink(before, spec)) this.#setLine()
  }

  tidy(): void {
    this.#history?.tidy()
  }

  /** Ends everything in order; the history stays, or goes too. */
  async close(reason: 'shutdown' | 'device-removed'): Promise<void> {
    this.#closed = true
    const { message, ends } = endings[reason]
    this.#viewers.dismissAll(reason, message)
    this.#throttle.close()
    this.#calm.close()
    await this.#logins.close()
    this.#screen.close()
    await this.#line.close()
    await this.#opened
    if (this.#history !== undefined) await ends(this.#history)
  }

  async #open(): Promise<void> {
    const { clock, log, openHistory } = this.#options
    this.#history = await openHistory({
      changed: () => {
        this.#tellState()
        this.#throttle.look()
      },
      published: () => this.#published(),
      wrote: () => this.#throttle.look(),
    })
    this.#history.setWatched(this.#viewers.size > 0)
    this.#screen.setViewers(this.#viewers.size)
    this.#attention = new AttentionWatch(this.#history.end)
    // A new one has nothing to recall, and has missed nothing that anybody expects.
    if (this.#history.end === 0) return
    this.#lastLine
      .recall(this.#history)
      .catch((error: unknown) => log.debug({ error: String(error) }, 'the last line cannot be read'))
      .finally(() => this.#changes++)
    this.#logins
      .recall(this.#history)
      .catch((error: unknown) => log.debug({ error: String(error) }, 'who is logged in cannot be read'))
    // It may have printed meanwhile.
    this.#downSince = clock.now()
  }

  #setLine(): void {
    const open = this.#options.opener(this.#spec)
    const openWhenReady: OpenLink = async (events, signal) => {
      // What the device prints needs an offset.
      await this.#opened
      return open(events, signal)
    }
    this.#line.use(this.#spec.enabled ? openWhenReady : undefined)
  }

  /** One synchronous turn: the chunk gets its offset, and everybody who stands there gets the chunk. */
  #printed(bytes: Uint8Array): void {
    const history = this.#history
    if (history === undefined) return
    this.#lineIsUp()
    if (history.append(bytes)) {
      for (const viewer of this.#viewers) viewer.feed?.live(history.end)
    } else this.#published()
    this.#screen.printed(bytes, history.head)
    this.#logins.printed(bytes)
    this.#throttle.count(bytes.length * (1 + this.#viewers.size))
  }

  #published(): void {
    this.#screen.published()
    for (const viewer of this.#viewers) viewer.feed?.published()
  }

  #gap(record: (history: History) => CountedGap): void {
    const history = this.#history
    if (history === undefined) return
    const counted = record(history)
    this.#screen.broken()
    for (const viewer of this.#viewers) viewer.feed?.gap(counted)
  }

  #lineIsUp(): void {
    const since = this.#downSince
    if (since === undefined) return
    this.#downSince = undefined
    this.#gap((history) => history.gap('link-down', since, this.#options.clock.now()))
  }

  #lineChanged(state: LineState): void {
    if (state.state !== 'online') this.#screen.unlinked()
    if (state.state === 'online') this.#lineIsUp()
    else this.#downSince ??= (this.#history?.head ?? 0) > 0 ? this.#options.clock.now() : undefined
    this.#tellState()
    const recorded = state.state === 'waiting' ? state.cause.code : state.state
    if (state.state === 'connecting' || recorded === this.#recorded) return
    this.#recorded = recorded
    this.#record({ type: 'line', line: state })
  }

  /** Puts a viewer to its place in the stream and tells it where that is; without `from` to where a newcomer begins. */
  async #placeFrom(viewer: ConsoleViewer, history: History, from: number | undefined): Promise<void> {
    if (from !== undefined) return this.#place(viewer, history, from)
    const drawing =
      viewer.request.screen === true
        ? await this.#screen.draw({ anew: viewer.feed !== undefined })
        : undefined
    if (drawing !== undefined) return this.#place(viewer, history, drawing.offset, drawing)
    const start = startOfReplay(history)
    this.#place(viewer, history, typeof start === 'number' ? start : await start)
  }

  #place(viewer: ConsoleViewer, history: History, wanted: number, drawing?: Drawing): void {
    if (viewer.ended) return
    const { turns, clock } = this.#options
    const from = Math.min(wanted, history.end)
    const { sink, flow } = viewer.request
    sink.message(this.#attached(viewer, from, drawing))
    if (this.jobs.running) sink.message({ type: 'job', job: this.jobs.running })
    if (wanted > from) viewer.refuse(beyondEnd(wanted, from))
    if (viewer.feed === undefined) viewer.feed = new Feed({ history, turns, clock, sink, flow, from })
    else viewer.feed.moveTo(from)
  }

  #resume(viewer: ConsoleViewer, from: number | undefined): void {
    const history = this.#history
    const { feed } = viewer
    if (history === undefined || feed === undefined) return
    const isBehind = history.end - feed.position > limits.ackEveryBytes
    feed.hold()
    if (from === undefined && isBehind)
      this.#calm.wait(() => history.head).then(() => this.#placeFrom(viewer, history, from))
    else this.#placeFrom(viewer, history, from)
  }

  #attached(viewer: ConsoleViewer, offset: number, drawing?: Drawing): ServerMessage {
    const { lock } = this.#viewers
    return {
      type: 'attached',
      viewerId: viewer.viewerId,
      role: lock.writer === viewer.viewerId ? 'writer' : 'spy',
      offset,
      ...(drawing !== undefined && { screen: drawing.ansi }),
      liveFrom: this.#history?.end ?? 0,
      viewers: this.#viewers.shown(),
      lock: lock.shown(),
      size: this.#spec.settings.size,
      login: this.#logins.shown,
      ...this.#state(),
    }
  }

  #state(): { line: LineState; recording: RecordingState; breakSupported: boolean } {
    const { state, link } = this.#line
    return { line: state, recording: this.#recording(), breakSupported: link?.breakSupported ?? false }
  }

  #tellState(): void {
    this.#changes++
    this.#viewers.tell({ type: 'state', ...this.#state() })
  }

  #recording(): RecordingState {
    return this.#history?.recording ?? { state: 'recording' }
  }

  #record(happening: Happening): void {
    const { clock, record } = this.#options
    record({ ...happening, spec: this.#spec, at: clock.now(), offset: this.#history?.end ?? 0 })
  }
}

const endings = {
  shutdown: {
    message: 'The gateway is shutting down. The page comes back by itself when it is up again.',
    ends: (history: History) => history.close(),
  },
  'device-removed': {
    message: 'This device has been removed.',
    ends: (history: History) => history.delete(),
  },
} as const

function closing(): AppError {
  return new AppError('try-later', 'The gateway is letting go of this console. Try again in a moment.')
}

function beyondEnd(wanted: number, end: number): AppError {
  return new AppError(
    'history-gone',
    `History ends at ${end}, but you asked for ${wanted}: what you saw is not of this history. It goes on from ${end}.`,
  )
}
