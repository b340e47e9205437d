import type { TestContext } from 'vitest'
import { systemClock } from '../../../server/base/clock.ts'
import type { OperatorHands } from '../../../server/operator/operate.ts'
import { Stopped } from '../../../server/operator/stopped.ts'
import { type Keyboard, Typist } from '../../../server/operator/typist.ts'
import { type GettyOptions, type LabGetty, startGetty } from '../../lab/getty.ts'
import { type Shaping, shape } from '../../lab/shaper.ts'
import { emulated } from '../../unit/console/prompts/transcripts.ts'

/** The operator before a real getty, with a line of the test's making between. */
export interface ConsoleDesk extends OperatorHands {
  machine: LabGetty
  /** Everything printed so far, as it arrived. */
  printed(): string
  /** Bytes that the operator typed. */
  typed(): Buffer
  sees(text: RegExp): Promise<void>
  /** Types as a person would, beside the operator. */
  person(text: string): void
  stop(why: unknown): void
  /** The link dies after so many more bytes, of those typed or of typed and printed together. Resolves when it has. */
  cut(after: number, of?: 'typed' | 'all'): Promise<void>
  dead(): boolean
  /** Nobody types any more, since the console knows that its line is down. */
  down(): void
  /** The link is back, and somebody else may begin. */
  mend(): void
  close(): Promise<void>
}

/** A desk at its login prompt, which ends with the test. */
export async function deskAtLogin(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  options: GettyOptions & { line?: Shaping },
): Promise<ConsoleDesk> {
  const desk = await openDesk(options)
  onTestFinished(() => desk.close())
  await desk.sees(/login: $/)
  return desk
}

export async function openDesk(options: GettyOptions & { line?: Shaping }): Promise<ConsoleDesk> {
  const machine = await startGetty(options)
  let printed = Buffer.alloc(0)
  let typed = Buffer.alloc(0)
  const listeners = new Set<(bytes: Uint8Array) => void>()
  const line = shape(options.line ?? {}, {
    toDevice: (bytes) => machine.write(bytes),
    toUs: (bytes) => {
      printed = Buffer.concat([printed, bytes])
      for (const hear of [...listeners]) hear(bytes)
    },
  })
  machine.listen((bytes) => line.fromDevice(bytes))
  let ending = new AbortController()
  let down = false
  const lineDown = () => new Stopped('failed', 'The line to the device went down.')
  const keyboard = (stopped: AbortSignal): Keyboard => ({
    clock: systemClock,
    rate: { bytesPerSecond: options.line?.bytesPerSecond ?? 11_520, known: true },
    stopped,
    write(bytes) {
      if (down) throw lineDown()
      typed = Buffer.concat([typed, bytes])
      line.fromUs(bytes)
    },
    listen(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  })
  const sees = (text: RegExp): Promise<void> =>
    new Promise((resolve) => {
      const look = (): boolean => text.test(printed.toString('latin1'))
      if (look()) return resolve()
      const hear = (): void => {
        if (!look()) return
        listeners.delete(hear)
        resolve()
      }
      listeners.add(hear)
    })
  let typist = new Typist(keyboard(ending.signal))
  return {
    machine,
    get typist() {
      return typist
    },
    cleaner: new Typist(keyboard(new AbortController().signal)),
    screen: () => emulated(printed),
    somebody: false,
    printed: () => printed.toString('latin1'),
    typed: () => typed,
    sees,
    person: (text) => machine.write(Buffer.from(text)),
    stop: (why) => ending.abort(why),
    cut: (after, of = 'all') => line.cut(after, of),
    dead: () => line.dead(),
    down() {
      down = true
      ending.abort(lineDown())
    },
    mend() {
      line.mend()
      down = false
      ending = new AbortController()
      typist = new Typist(keyboard(ending.signal))
    },
    async close() {
      line.close()
      await machine.close()
    },
  }
}
