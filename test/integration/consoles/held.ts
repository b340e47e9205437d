import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createLog } from '../../../server/base/log.ts'
import type {
  Attachment,
  AttachRequest,
  ConsoleEvent,
  ConsoleSpec,
  HeldConsole,
  ViewerPermissions,
} from '../../../server/console/console.ts'
import { type Consoles, createConsoles } from '../../../server/console/consoles.ts'
import { type ConsoleSettings, defaultConsoleSettings } from '../../../server/console/settings.ts'
import { createTransports } from '../../../server/console/transports/index.ts'
import type { ClientMessage, ServerMessage } from '../../../server/contract/console.ts'
import { ScriptedDevice, scriptedTransports, specOf } from '../../fakes/scripted-device.ts'
import { CountingClock } from '../../leaks.ts'

export const may = (write: boolean, force = false): ViewerPermissions => ({ write, break: write, force })

/** A gateway's consoles, over scripted devices unless real lines are asked for, in a folder of their own. */
export class TestConsoles {
  readonly folder: string
  readonly devices: Record<string, ScriptedDevice> = {}
  readonly settings: ConsoleSettings
  readonly #real: boolean
  clock = new CountingClock()
  consoles: Consoles
  events: ConsoleEvent[] = []
  logged = ''

  private constructor(folder: string, settings: ConsoleSettings, real: boolean) {
    this.folder = folder
    this.settings = settings
    this.#real = real
    this.consoles = this.#create()
  }

  static async start(settings: Partial<ConsoleSettings> = {}, lines?: 'real'): Promise<TestConsoles> {
    const folder = await mkdtemp(join(tmpdir(), 'lifeline-consoles-'))
    return new TestConsoles(folder, { ...defaultConsoleSettings, ...settings }, lines === 'real')
  }

  /** A console of a new scripted device, on line unless the device is not to answer. */
  async hold(
    host: string,
    changes: Partial<ConsoleSpec> = {},
  ): Promise<{ console: HeldConsole; device: ScriptedDevice }> {
    this.devices[host] ??= new ScriptedDevice()
    const device = this.devices[host]
    const console = this.consoles.hold(specOf(host, changes))
    await console.opened()
    if (device.answer === 'device' && changes.enabled !== false) {
      await expect.poll(() => console.summary().line.state).toBe('online')
    }
    return { console, device }
  }

  /** Ends all in order and begins anew, as a restart of the gateway does. */
  async restart(): Promise<void> {
    await this.consoles.close()
    this.clock.expectNoTimers()
    this.clock = new CountingClock()
    this.consoles = this.#create()
  }

  async close(): Promise<void> {
    await this.consoles.close()
    this.clock.expectNoTimers()
    for (const device of Object.values(this.devices)) expect(device.open).toBe(0)
    await rm(this.folder, { recursive: true, force: true })
  }

  #create(): Consoles {
    return createConsoles({
      historyDir: join(this.folder, 'history'),
      settings: this.settings,
      clock: this.clock,
      log: createLog('debug', {
        write: (line) => {
          this.logged += line
        },
      }),
      transports: this.#real ? createTransports({ stateDir: this.folder }) : scriptedTransports(this.devices),
      record: (event) => this.events.push(event),
    })
  }
}

/** A person at a console, who reads what comes. */
export class TestPerson {
  readonly name: string
  readonly messages: ServerMessage[] = []
  readonly chunks: Uint8Array[] = []
  attachment: Attachment
  /** Offset of the next byte. */
  offset = 0
  /** What the sink answers to bytes. */
  room = true
  ended = false

  constructor(name: string, console: HeldConsole, request: Partial<AttachRequest> = {}) {
    this.name = name
    this.attachment = console.attach({
      actor: { id: `usr_${name}`, name, email: `${name}@example.org`, address: '192.0.2.1' },
      permissions: may(true),
      watchOnly: false,
      from: undefined,
      flow: 'sink',
      ...request,
      sink: {
        bytes: (chunk) => {
          this.chunks.push(chunk)
          this.offset += chunk.length
          return this.room
        },
        message: (message) => {
          if (message.type === 'attached') this.offset = message.offset
          if (message.type === 'gap') this.offset = message.gap.to
          this.messages.push(message)
        },
        end: () => {
          this.ended = true
        },
      },
    })
  }

  get id(): string {
    return this.attachment.viewerId
  }

  get seen(): string {
    return Buffer.concat(this.chunks).toString()
  }

  type(text: string): void {
    this.attachment.input(Buffer.from(text))
  }

  send(message: ClientMessage): void {
    this.attachment.message(message)
  }

  of<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.messages.filter(
      (message): message is Extract<ServerMessage, { type: T }> => message.type === type,
    )
  }

  /** The newest message of a kind, once there is one. */
  async told<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> {
    await expect.poll(() => this.of(type).length, { timeout: 20_000 }).toBeGreaterThan(0)
    const message = this.of(type).at(-1)
    if (message === undefined) throw new Error('It was there a moment ago.')
    return message
  }

  sees(text: string): Promise<void> {
    return expect.poll(() => this.seen, { timeout: 20_000 }).toContain(text)
  }
}

/** Attaches, and waits until that is answered. */
export async function attach(
  name: string,
  console: HeldConsole,
  request: Partial<AttachRequest> = {},
): Promise<TestPerson> {
  const person = new TestPerson(name, console, request)
  await person.told('attached')
  return person
}
