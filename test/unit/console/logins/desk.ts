import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../../server/base/errors.ts'
import { createLog } from '../../../../server/base/log.ts'
import type { Actor } from '../../../../server/console/actor.ts'
import { type LoginHappening, Logins } from '../../../../server/console/logins/logins.ts'
import { Pauses } from '../../../../server/console/logins/pauses.ts'
import { plainScreen } from '../../../../server/console/prompts/plain-screen.ts'
import type { LoginState } from '../../../../server/contract/login.ts'
import { FakeClock } from '../../../fakes/clock.ts'

export const ann: Actor = {
  id: 'usr_aaaaaaaaaaaaaaaaaaaa',
  name: 'Ann',
  email: 'ann@example.org',
  address: null,
}

/** A console's logins on a clock that stands, at a device that the test plays. */
export class LoginDesk {
  readonly clock = new FakeClock()
  readonly folder = mkdtempSync(join(tmpdir(), 'lifeline-logins-'))
  readonly told: LoginState[] = []
  readonly recorded: LoginHappening[] = []
  settings = { writerIdleMinutes: 10, logoutOnDetach: true, size: { rows: 24, cols: 80 } }
  /** Who is attached, may write, and has the lock. */
  here: Actor | null = ann
  typed = ''
  /** How often the emulator was asked. */
  asked = 0
  /** Happens while the emulator is asked. */
  whileAsked: () => void = () => undefined
  /** What the device prints for what is typed. */
  answer: (typed: string) => string = () => ''
  logins: Logins
  #printed = Buffer.alloc(0)

  constructor() {
    this.logins = this.#make()
  }

  print(text: string): void {
    const bytes = Buffer.from(text)
    this.#printed = Buffer.concat([this.#printed, bytes])
    this.logins.printed(bytes)
  }

  readonly hand = (bytes: Uint8Array): void => {
    const text = Buffer.from(bytes).toString()
    this.typed += text
    const answer = this.answer(text)
    if (answer !== '') this.print(answer)
  }

  /** Lets time pass, and what waits for it happen. */
  async pass(ms: number): Promise<void> {
    for (let step = 0; step < ms; step += 50) {
      this.clock.advance(50)
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve()
    }
  }

  /** As after a restart of the gateway, which reads what was kept. */
  async restart(): Promise<void> {
    await this.logins.close()
    this.logins = this.#make()
    const bytes = this.#printed
    const { length: end } = bytes
    await this.logins.recall({
      end,
      lastAt: null,
      read: async () => ({ kind: 'bytes', from: 0, bytes, end }),
    })
  }

  async close(): Promise<void> {
    await this.logins.close()
    rmSync(this.folder, { recursive: true })
  }

  #make(): Logins {
    const { clock, folder } = this
    return new Logins({
      clock,
      log: createLog('silent'),
      pauses: new Pauses(clock),
      folder,
      settings: () => this.settings,
      history: () => ({ end: this.#printed.length, tail: (max) => this.#printed.subarray(-max) }),
      screen: async () => {
        this.asked += 1
        const view = plainScreen(this.#printed, this.settings.size, this.#printed.length)
        this.whileAsked()
        return view
      },
      writer: () => this.here,
      attended: () => this.here !== null,
      unattended: (bytes) => {
        if (this.here !== null) throw new AppError('line-down', 'Somebody has come back.')
        this.hand(bytes)
      },
      changed: (shown) => this.told.push(shown),
      record: (happening) => this.recorded.push(happening),
    })
  }
}
