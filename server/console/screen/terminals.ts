import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Closable } from '../../base/closing.ts'
import type { Log } from '../../base/log.ts'
import type { ScreenSize } from '../../contract/console.ts'
import type { FromEmulators, ToEmulators } from './messages.ts'
import type { Drawing, ScreenView } from './screen.ts'

/** With work to do, the thread says something in this time, or it hangs. Far longer than it takes to start on a busy machine. */
const hangMs = 10_000
/** After a thread that died, the next one is started no sooner; twice as late for each that died soon after its start. */
const restMs = 1000
const longestRestMs = 60_000
/** A thread that lived so long did not die of its start. */
const goodAfterMs = 60_000
/** Hundreds of screens fit. What a device makes it hold beyond that ends the thread and not the gateway. */
const heapMb = 512

export interface TerminalEvents {
  /** So many more bytes have been taken in. */
  parsed(bytes: number): void
  /** What the bytes before offset `end` made the terminal answer. */
  answer(end: number, text: string): void
  /** The thread has died, and the terminal with it. */
  lost(): void
}

/** One emulator in the thread. After it was closed or lost, its calls do nothing and give undefined. */
export interface Terminal {
  /** Takes bytes that end at offset `end`, with their memory. `asks`: the last byte ends a query that may be answered. */
  write(bytes: Uint8Array<ArrayBuffer>, end: number, asks: boolean): void
  resize(size: ScreenSize): void
  /** As it is when everything written before has been taken in. */
  draw(): Promise<Drawing | undefined>
  view(): Promise<ScreenView | undefined>
  close(): void
}

export interface TerminalsOptions {
  clock: Clock
  log: Log
  /** Starts the thread. */
  start?: () => Worker
}

interface Opened {
  events: TerminalEvents
  /** Requests that are waited for. */
  requests: Map<number, (answer: Drawing | ScreenView | undefined) => void>
  /** Messages that the thread has not answered. */
  unanswered: number
}

/**
 * The emulators of all consoles, in one thread of their own: they parse for milliseconds at a time, which a keystroke elsewhere must not
 * wait for. It is started when a terminal is needed first, since it takes 50 MB; it stays, since starting takes 0.2 s, most of what a
 * booting systemd waits for an answer; and it is replaced when it dies or hangs.
 */
export class Terminals implements Closable {
  readonly #options: TerminalsOptions
  readonly #opened = new Map<number, Opened>()
  #worker: Worker | undefined
  #startedAt = 0
  #running = false
  #deaths = 0
  #restUntil = Number.NEGATIVE_INFINITY
  #ids = 0
  /** Of all terminals. */
  #unanswered = 0
  /** When the thread last said something, or was given work after a rest. */
  #heardAt = Number.NEGATIVE_INFINITY
  #watchdog: Timer | undefined
  readonly #ending = new Set<Promise<unknown>>()
  #closed = false

  constructor(options: TerminalsOptions) {
    this.#options = options
  }

  /** Undefined while no thread can be had. */
  open(size: ScreenSize, events: TerminalEvents): Terminal | undefined {
    const { clock } = this.#options
    if (this.#closed || clock.monotonic() < this.#restUntil) return undefined
    this.#worker ??= this.#start()
    this.#ids += 1
    const id = this.#ids
    const opened: Opened = { events, requests: new Map(), unanswered: 0 }
    this.#opened.set(id, opened)
    this.#post({ type: 'open', id, size })
    return this.#terminal(id, opened)
  }

  /** Whether the thread has started: until then everything takes longer. */
  get running(): boolean {
    return this.#running
  }

  /** Ends the thread and waits for its end. */
  async close(): Promise<void> {
    this.#closed = true
    this.#end()
    await Promise.all(this.#ending)
  }

  #terminal(id: number, opened: Opened): Terminal {
    const is = (): boolean => this.#opened.get(id) === opened
    const ask = <T extends Drawing | ScreenView>(type: 'draw' | 'view'): Promise<T | undefined> => {
      if (!is()) return Promise.resolve(undefined)
      this.#ids += 1
      const request = this.#ids
      return new Promise((resolve) => {
        // What is asked for is what comes.
        opened.requests.set(request, (answer) => resolve(answer as T | undefined))
        this.#expect(opened, { type, id, request })
      })
    }
    return {
      write: (bytes, end, asks) => {
        if (is()) this.#expect(opened, { type: 'write', id, bytes, end, asks }, [bytes.buffer])
      },
      resize: (size) => {
        if (is()) this.#post({ type: 'resize', id, size })
      },
      draw: () => ask('draw'),
      view: () => ask('view'),
      close: () => {
        if (is()) this.#closeTerminal(id)
      },
    }
  }

  #closeTerminal(id: number): void {
    this.#forget(id)
    this.#post({ type: 'close', id })
  }

  #forget(id: number): void {
    const opened = this.#opened.get(id)
    this.#opened.delete(id)
    if (opened === undefined) return
    this.#unanswered -= opened.unanswered
    for (const answer of opened.requests.values()) answer(undefined)
  }

  #start(): Worker {
    const { clock, log, start = startThread } = this.#options
    const worker = start()
    worker.unref()
    this.#startedAt = clock.monotonic()
    this.#running = false
    worker.on('message', (message: FromEmulators) => {
      if (this.#worker === worker) this.#hear(message)
    })
    worker.on('error', (error) => {
      log.error({ error: String(error) }, 'the thread that keeps screens failed')
    })
    worker.once('exit', () => {
      if (this.#worker === worker) this.#died()
    })
    return worker
  }

  #post(message: ToEmulators, transfer: ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, transfer)
  }

  #expect(opened: Opened, message: ToEmulators, transfer?: ArrayBuffer[]): void {
    const { clock } = this.#options
    if (this.#unanswered === 0) this.#heardAt = clock.monotonic()
    opened.unanswered += 1
    this.#unanswered += 1
    this.#watchdog ??= clock.after(hangMs, () => this.#look())
    this.#post(message, transfer)
  }

  #hear(message: FromEmulators): void {
    this.#running = true
    this.#heardAt = this.#options.clock.monotonic()
    const opened = this.#opened.get(message.id)
    if (opened === undefined || message.type === 'busy') return
    if (message.type === 'lost') {
      this.#options.log.warn({ error: message.why }, 'a screen could not be kept')
      this.#forget(message.id)
      opened.events.lost()
      return
    }
    if (message.type !== 'answer') {
      opened.unanswered -= 1
      this.#unanswered -= 1
    }
    switch (message.type) {
      case 'answer':
        opened.events.answer(message.end, message.text)
        break
      case 'parsed':
        opened.events.parsed(message.bytes)
        break
      case 'drawn':
        settle(opened, message.request, message.drawing)
        break
      case 'viewed':
        settle(opened, message.request, message.view)
    }
  }

  #look(): void {
    const { clock, log } = this.#options
    this.#watchdog = undefined
    if (this.#unanswered === 0) return
    const silent = clock.monotonic() - this.#heardAt
    if (silent < hangMs) {
      this.#watchdog = clock.after(hangMs - silent, () => this.#look())
      return
    }
    log.error({ silentMs: silent }, 'the thread that keeps screens hangs, and is replaced')
    const worker = this.#worker
    this.#died()
    if (worker !== undefined) this.#terminate(worker)
  }

  #died(): void {
    const { clock } = this.#options
    const now = clock.monotonic()
    this.#deaths = now - this.#startedAt >= goodAfterMs ? 1 : this.#deaths + 1
    this.#restUntil = now + Math.min(longestRestMs, restMs * 2 ** (this.#deaths - 1))
    this.#worker = undefined
    this.#loseAll()
  }

  #end(): void {
    const worker = this.#worker
    this.#worker = undefined
    this.#loseAll()
    if (worker !== undefined) this.#terminate(worker)
  }

  #loseAll(): void {
    this.#running = false
    this.#watchdog?.cancel()
    this.#watchdog = undefined
    this.#unanswered = 0
    for (const [id, { events }] of [...this.#opened]) {
      this.#forget(id)
      events.lost()
    }
  }

  #terminate(worker: Worker): void {
    const ended = worker.terminate().finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }
}

function settle(opened: Opened, request: number, answer: Drawing | ScreenView | undefined): void {
  opened.requests.get(request)?.(answer)
  opened.requests.delete(request)
}

function startThread(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
}
