import { plainScreen } from '../../../server/console/prompts/plain-screen.ts'
import type { ScreenView } from '../../../server/console/screen/screen.ts'
import type { Driver } from '../../../server/operator/jobs.ts'
import { operate } from '../../../server/operator/operate.ts'
import { Stopped } from '../../../server/operator/stopped.ts'
import { Typist } from '../../../server/operator/typist.ts'
import { rescuedMark } from '../../../server/recover/rescue-program.ts'
import { TestDesk } from '../operator/far-end.ts'
import { FarHost } from '../operator/far-host.ts'
import { editorScreen, menuScreen } from './boot/grub-screens.ts'

const size = { rows: 24, cols: 80 }
const moved = '\x1b[C'
const linux = '        linux /boot/vmlinuz-6.1.0 root=/dev/vda1 ro console=ttyS0,115200n8'

export interface FarMachineOptions {
  /** What its rescue shell prints of the program; `dies` where the line does before it says anything. */
  rescue?: 'dies' | string
  /** What opens its console afterwards. */
  password: string
}

/** A machine with GRUB, a rescue shell, and a login, as far as a recovery types at it. */
export class FarMachine {
  readonly desk: TestDesk = new TestDesk((byte) => this.#take(byte))
  readonly #password: string
  #at: 'off' | 'menu' | 'editor' | 'system' = 'off'
  #line = linux
  #cursorLine = 0
  #host: FarHost
  /** What was printed before the screen was cleared. */
  #cleared = 0

  constructor({ rescue = rescuedMark, password }: FarMachineOptions) {
    this.#password = password
    this.#host = this.#system({
      isFirst: true,
      at: 'shell',
      run: () => {
        if (rescue !== 'dies') return rescue
        this.desk.stop(new Stopped('failed', 'The line to the device went down.'))
        return ''
      },
    })
  }

  restart(): void {
    this.#at = 'menu'
    this.#show('GNU GRUB  version 2.06\r\n')
  }

  /** What was booted last with its line. */
  get booted(): string {
    return this.#line
  }

  get driver(): Driver {
    const { typist } = this.desk
    const cleaner = new Typist({ ...typist.keyboard, stopped: new AbortController().signal })
    const hands = { typist, cleaner, screen: async () => this.#screen() }
    const tell = () => undefined
    return {
      operate: (login, work) => operate({ ...hands, somebody: false }, login, { work, tell }),
      tell,
      sysRq: () => Promise.reject(new Error('It takes none.')),
      hands,
    }
  }

  #system(options: Pick<FarHostOptionsOf, 'isFirst' | 'at' | 'run'>): FarHost {
    const now = () => this.desk.clock.monotonic()
    return new FarHost({ user: 'root', password: this.#password, now, ...options })
  }

  #screen(): ScreenView | undefined {
    const drawn = { size, alternate: false, offset: this.desk.printed.length }
    if (this.#at === 'menu') return { ...menuScreen, ...drawn }
    if (this.#at === 'editor') return { ...editorScreen(this.#line, this.#cursorLine), ...drawn }
    return plainScreen(this.desk.printed.subarray(this.#cleared).subarray(-4096), size, drawn.offset)
  }

  #take(byte: number): string {
    const key = String.fromCharCode(byte)
    if (this.#at === 'menu') return key === 'e' ? this.#edit() : key === '\r' ? this.#start() : ''
    if (this.#at === 'editor') return this.#inEditor(key)
    if (this.#at === 'off') return ''
    const printed = Buffer.from(this.#host.farEnd(byte)).toString('latin1')
    if (byte !== 13 || !this.#host.entered.at(-1)?.line.includes('sysrq-trigger')) return printed
    return this.#start()
  }

  #start(): string {
    this.#at = 'system'
    this.#host = this.#system({ at: 'name', run: () => '' })
    this.#show(`[    0.000000] Linux version 6.1.0\r\n\r\n${this.#host.greeting()}`)
    return this.#clear('\r\n')
  }

  #edit(): string {
    this.#at = 'editor'
    return moved
  }

  #inEditor(key: string): string {
    if (key === '\x18') {
      this.#at = 'system'
      return this.#clear(this.#host.greeting())
    }
    if (key === '\x1b') {
      this.#at = 'menu'
      this.#line = linux
    }
    if (key === '\x0e') this.#cursorLine += 1
    if (key >= ' ') this.#line += key
    return moved
  }

  #show(text: string): void {
    this.desk.clock.after(3000, () => this.desk.print(this.#clear(text)))
  }

  #clear(text: string): string {
    this.#cleared = this.desk.printed.length
    return text
  }
}

type FarHostOptionsOf = ConstructorParameters<typeof FarHost>[0]
