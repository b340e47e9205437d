import { createLog } from '../../../../server/base/log.ts'
import type { History } from '../../../../server/console/history/history.ts'
import { ConsoleScreen } from '../../../../server/console/screen/console-screen.ts'
import { Emulator } from '../../../../server/console/screen/emulator.ts'
import { KeptScreens } from '../../../../server/console/screen/kept-screens.ts'
import type { Terminals } from '../../../../server/console/screen/terminals.ts'
import type { Link } from '../../../../server/console/transport.ts'
import { Turns } from '../../../../server/console/turns.ts'
import { FakeClock } from '../../../fakes/clock.ts'

const size = { rows: 24, cols: 80 }

/** Screens on a clock that stands, at devices that the test plays, with the thread's terminals but without the thread. */
export class ScreenDesk {
  readonly clock = new FakeClock()
  readonly kept = new KeptScreens(this.clock)
  /** Terminals that are open now, and that ever were. */
  open = 0
  opened = 0
  /** How often a screen was drawn. */
  drawn = 0
  /** Bytes that terminals were given. */
  given = 0
  /** The thread takes nothing in: it has other work. */
  busy = false
  readonly #turns: (() => void)[] = []
  readonly #later: (() => void)[] = []
  readonly #events = new Set<Events>()

  /** One more console. */
  console(): ConsoleDesk {
    return new ConsoleDesk((desk) => this.#screen(desk))
  }

  /** Lets the event loop turn until it has nothing to do. */
  turn(): void {
    for (let run = this.#turns.shift(); run !== undefined; run = this.#turns.shift()) run()
  }

  /** Lets time pass, step by step, and what waits for it happen. */
  pass(ms: number, step = 50): void {
    for (let passed = 0; passed < ms; passed += step) {
      this.clock.advance(step)
      this.turn()
    }
  }

  /** The thread has time again. */
  catchUp(): void {
    this.busy = false
    for (const tell of this.#later.splice(0)) tell()
    this.turn()
  }

  /** The terminals could not bear their bytes. */
  lose(): void {
    for (const { lost } of [...this.#events]) lost()
  }

  #screen(desk: ConsoleDesk): ConsoleScreen {
    return new ConsoleScreen({
      clock: this.clock,
      log: createLog('error', { write: () => undefined }),
      turns: new Turns(this.clock, (run) => this.#turns.push(run)),
      terminals: this.#terminals(),
      kept: this.kept,
      size,
      history: () => desk.history,
      link: () => desk.link,
    })
  }

  #terminals(): Terminals {
    return {
      running: true,
      open: (_: unknown, events: Events) => {
        const emulator = new Emulator(size)
        this.open += 1
        this.opened += 1
        this.#events.add(events)
        return {
          write: (bytes: Uint8Array, end: number, asks: boolean) =>
            this.#write(emulator, events, { bytes, end, asks }),
          resize: () => undefined,
          draw: async () => {
            this.drawn += 1
            return emulator.draw()
          },
          view: async () => emulator.view(),
          close: () => {
            if (this.#events.delete(events)) this.open -= 1
          },
        }
      },
    } as unknown as Terminals
  }

  #write(emulator: Emulator, events: Events, { bytes, end, asks }: Written): void {
    this.given += bytes.length
    const parse = (): void => {
      const answers = emulator.write(bytes, end)
      if (asks && answers !== '') events.answer(end, answers)
      events.parsed(bytes.length)
    }
    if (this.busy) this.#later.push(parse)
    else parse()
  }
}

interface Events {
  parsed(bytes: number): void
  answer(end: number, text: string): void
  lost(): void
}

interface Written {
  bytes: Uint8Array
  end: number
  asks: boolean
}

/** A console's screen with all that its device printed, and what was typed on it. */
export class ConsoleDesk {
  readonly screen: ConsoleScreen
  typed = ''
  #memory = Buffer.alloc(64 * 1024)
  #end = 0

  constructor(screen: (desk: ConsoleDesk) => ConsoleScreen) {
    this.screen = screen(this)
  }

  /** Printed before anybody looked: on another link, or in an earlier life. */
  had(text: string): void {
    this.#keep(Buffer.from(text))
  }

  print(text: string): void {
    const bytes = Buffer.from(text)
    this.#keep(bytes)
    this.screen.printed(bytes, this.#end)
  }

  /** Everything is in memory, and comes in one piece. */
  get history(): History {
    const end = this.#end
    return {
      end,
      head: end,
      oldest: 0,
      peek: (from: number, length: number) => this.#slice(from, length),
      next: (position: number, _told: number, most: number) =>
        position >= this.#end
          ? { kind: 'live' }
          : { kind: 'bytes', bytes: this.#slice(position, most), release: () => undefined },
    } as unknown as History
  }

  #slice(from: number, length: number): Buffer {
    return this.#memory.subarray(from, Math.min(this.#end, from + length))
  }

  #keep(bytes: Buffer): void {
    while (this.#end + bytes.length > this.#memory.length) {
      this.#memory = Buffer.concat([this.#memory, Buffer.alloc(this.#memory.length)])
    }
    this.#end += bytes.copy(this.#memory, this.#end)
  }

  readonly link = {
    write: (bytes: Uint8Array) => {
      this.typed += Buffer.from(bytes).toString('latin1')
      return true
    },
    drained: async () => undefined,
  } as unknown as Link
}
