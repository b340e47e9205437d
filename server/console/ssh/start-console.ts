import type { ClientChannel } from 'ssh2'
import type { Clock, Timer } from '../../base/clock.ts'
import { LinkError } from '../transport.ts'
import type { TypedStart } from './presets.ts'
import { Starter, type StartStep } from './start.ts'

export interface StartOptions {
  channel: ClientChannel
  start: TypedStart
  /** Who is at the far end, for messages. */
  name: string
  clock: Clock
}

/** Types the start command at a BMC's command line. Resolves when the console is open, rejects with LinkError when it is refused. */
export async function startConsole({ channel, start, name, clock }: StartOptions): Promise<void> {
  const starter = new Starter({ start, name })
  const opened = Promise.withResolvers<void>()
  let timer: Timer | undefined
  const wait = () => {
    timer = clock.after(starter.patienceMs, () => follow(starter.expired()))
  }
  const follow = (step: StartStep) => {
    if (step.kind === 'wait') return
    timer?.cancel()
    if (step.kind === 'started') opened.resolve()
    else if (step.kind === 'failed') opened.reject(new LinkError(step.cause))
    else {
      // A carriage return is what the Enter key of a terminal sends.
      channel.write(`${step.line}\r`)
      wait()
    }
  }
  const hear = (bytes: Uint8Array) => follow(starter.heard(bytes))
  const closed = () =>
    opened.reject(
      new LinkError({
        code: 'closed-by-far-end',
        message: `${name} closed the session before the console was open.`,
      }),
    )
  channel.on('data', hear)
  channel.once('close', closed)
  wait()
  try {
    await opened.promise
  } finally {
    timer?.cancel()
    channel.off('data', hear)
    channel.off('close', closed)
  }
}
