import type { ClientMessage, ServerMessage } from '../../../server/contract/console.ts'
import { Flood } from './flood.ts'
import { Flow, inFrames } from './flow.ts'
import { Link, type LinkOptions, type Socket, type SocketEvents } from './link.ts'
import { lockView, whyNotTyped } from './lock-view.ts'
import { initialModel, type Model, type ModelEvent, reduce } from './model.ts'
import { gapWords, missingWords } from './notices.ts'

/** Where the bytes are shown. Its calls keep their order, and none of them blocks. */
export interface View {
  /** `parsed` is called when everything up to these bytes stands on the screen. */
  write(bytes: Uint8Array, parsed: () => void): void
  /** A line across the screen after everything written so far, without a byte of its own. */
  divide(label: string, parsed: () => void): void
  resize(size: Model['size']): void
  clear(): void
  /** Clears everything and shows what the gateway drew, after everything written so far. `drawn` is called when it stands there. */
  draw(screen: string, drawn: () => void): void
  /** What has been drawn so far ends at this offset. */
  reached?(offset: number): void
}

export interface SessionOptions extends Pick<LinkOptions, 'probe' | 'clock' | 'random'> {
  /** Opens a socket that resumes at an offset, or attaches anew. */
  open(from: number | null, events: SocketEvents): Socket
  view: View
  size: Model['size']
}

/** A person's stay at a console: the link, what came over it, and what may be sent. React reads it as a store. */
export class ConsoleSession {
  readonly #options: SessionOptions
  readonly #flow = new Flow()
  readonly #flood = new Flood()
  /** It was this page that wanted to go on elsewhere: what was on its way here by then is passed over as well. */
  #skipping = false
  readonly #link: Link
  readonly #listeners = new Set<() => void>()
  #model: Model
  #heardAt: number | null = null
  /** Bytes before this offset are replay: the device printed them some time ago. */
  #liveFrom = 0

  constructor(options: SessionOptions) {
    this.#options = options
    this.#model = initialModel(options.size)
    const { probe, clock, random } = options
    this.#link = new Link({
      open: (events) => options.open(this.#flow.position, events),
      probe,
      clock,
      random,
      onState: (link) => this.#update({ type: 'link', link, at: clock.now() }),
      onMessage: (message) => this.#take(message),
      onBytes: (bytes) => this.#show(bytes),
    })
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  readonly snapshot = (): Model => this.#model

  /** When the device last printed anything that came over this link; it changes too often to be part of the model. */
  get heardAt(): number | null {
    return this.#heardAt
  }

  /** Attaches, or tries at once what would be tried later: the network is back, or somebody looks. */
  connect(): void {
    this.#link.connect()
  }

  /** The socket is known to be dead although nothing says so here. */
  restart(why: string): void {
    this.#link.drop(why)
  }

  close(): void {
    this.#link.close()
    this.#listeners.clear()
  }

  /** Sends what was typed or pasted. Returns why not, in words for the person, or null. */
  type(bytes: Uint8Array<ArrayBuffer>): string | null {
    const why = whyNotTyped(this.#model)
    if (why !== null) return why
    for (const frame of inFrames(bytes)) this.#link.sendBytes(frame)
    if (this.#flood.typed(bytes, this.#options.clock.now(), this.#flow.behind)) this.skip()
    return null
  }

  /** Sends a report of the mouse, which goes only where the lock already is: moving it must not take the lock. */
  point(bytes: Uint8Array<ArrayBuffer>): void {
    if (lockView(this.#model).kind === 'mine') this.type(bytes)
  }

  say(message: Exclude<ClientMessage, { type: 'ack' | 'resume' }>): void {
    this.#link.say(message)
  }

  /** Goes to where a newcomer begins, without what lies between: too much was printed to show it all. */
  skip(): void {
    if (this.#skipping) return
    this.#skipping = this.#link.say({ type: 'resume' })
  }

  #take(message: ServerMessage): void {
    const at = this.#options.clock.now()
    if (message.type === 'attached') {
      this.#attach(message, at)
      return
    }
    if (message.type === 'gap' && !this.#skipping) this.#showGap(message.gap)
    if (message.type === 'size') this.#options.view.resize(message.size)
    this.#update({ type: 'message', message, at })
  }

  #attach(message: Extract<ServerMessage, { type: 'attached' }>, at: number): void {
    const before = this.#flow.position
    const skipped = this.#skipping
    this.#skipping = false
    this.#flow.startAt(message.offset)
    this.#liveFrom = message.liveFrom
    const { view } = this.#options
    const { screen, offset, size } = message
    const reached = () => view.reached?.(offset)
    view.resize(size)
    if (screen !== undefined) view.draw(screen, reached)
    else if (before !== null && offset < before) view.clear()
    else if (before !== null && offset > before) view.divide(missingWords(offset - before, skipped), reached)
    else reached()
    this.#update({ type: 'attached', message, before, skipped, at })
  }

  #show(bytes: Uint8Array): void {
    const now = this.#options.clock.now()
    if (this.#skipping) {
      this.#heardAt = now
      return
    }
    const end = this.#flow.take(bytes.length)
    if (end > this.#liveFrom) this.#heardAt = now
    if (this.#flood.came(bytes.length, now)) this.skip()
    this.#options.view.write(bytes, () => {
      this.#options.view.reached?.(end)
      this.#acknowledge(this.#flow.parsed(end))
    })
  }

  #showGap(gap: Extract<ServerMessage, { type: 'gap' }>['gap']): void {
    this.#flow.skipTo(gap.to)
    // At once: what was lost must not count as being on its way here.
    this.#options.view.divide(gapWords(gap), () => this.#acknowledge(gap.to))
  }

  #acknowledge(offset: number | null): void {
    if (offset !== null) this.#link.say({ type: 'ack', offset })
  }

  #update(event: ModelEvent): void {
    this.#model = reduce(this.#model, event)
    for (const listener of this.#listeners) listener()
  }
}
