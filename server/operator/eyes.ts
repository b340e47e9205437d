import { plainText } from '../console/plain-text.ts'
import type { Prompt } from '../console/prompts/prompt.ts'
import { recognise } from '../console/prompts/recognise.ts'
import type { ScreenView } from '../console/screen/screen.ts'
import { Heard } from './heard.ts'
import { Stopped } from './stopped.ts'
import type { Typist } from './typist.ts'

/** What stands on the console, and what came of the last key. */
export interface Seen {
  prompt: Prompt
  view: ScreenView
  /** Printed since the last key, as plain text without messages. */
  heard: string
  /** The same as it came, latin-1. */
  raw: string
  /** Since the last key, ms. */
  waited: number
}

/** So long must nothing have been printed before the screen is believed: more than between the packets of a slow line. */
const quietMs = 120
/** A device that prints messages all the time is looked at all the same. */
const settleMs = 1500
/** A screen that cannot be had now may be had a moment later. */
const looks = 6
const heardBytes = 16 * 1024

/** Watches a console while somebody types. */
export class Eyes {
  readonly #typist: Typist
  readonly #screen: () => Promise<ScreenView | undefined>
  readonly #heard = new Heard(heardBytes)
  readonly #unlisten: () => void
  #keyAt: number
  #printed = 0

  constructor(typist: Typist, screen: () => Promise<ScreenView | undefined>) {
    this.#typist = typist
    this.#screen = screen
    this.#keyAt = typist.keyboard.clock.monotonic()
    this.#unlisten = typist.keyboard.listen((bytes) => {
      this.#printed += 1
      this.#heard.take(bytes)
    })
  }

  /** A key is about to be pressed: what is printed from now on may be its answer. */
  pressed(): void {
    this.#heard.forget()
    this.#keyAt = this.#typist.keyboard.clock.monotonic()
  }

  get heard(): string {
    return plainText(Buffer.from(this.#heard.readings.at(-1) ?? '', 'latin1'))
  }

  /** Throws Stopped when the screen cannot be read. */
  async look(): Promise<Seen> {
    const { clock } = this.#typist.keyboard
    const settled = clock.monotonic() + settleMs
    for (let look = 0; look < looks; ) {
      const before = this.#printed
      if ((await this.#typist.heard(quietMs)) && clock.monotonic() < settled) continue
      const view = await this.#screen()
      if (view === undefined) look += 1
      else if (this.#printed === before || clock.monotonic() >= settled) {
        const waited = clock.monotonic() - this.#keyAt
        return {
          prompt: recognise(view),
          view,
          heard: this.heard,
          raw: this.#heard.readings[0] ?? '',
          waited,
        }
      }
    }
    throw new Stopped('failed', 'The screen cannot be read at the moment. Try again.')
  }

  /** Lets go of the keyboard. */
  close(): void {
    this.#unlisten()
  }
}
