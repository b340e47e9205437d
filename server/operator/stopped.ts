/** Why something that types has to stop before its end. `message` is fit to show to a person. */
export class Stopped extends Error {
  readonly kind: 'cancelled' | 'failed'

  constructor(kind: 'cancelled' | 'failed', message: string) {
    super(message)
    this.name = 'Stopped'
    this.kind = kind
  }
}

/** What was caught, if it says that there is no going on; anything else is thrown again. */
export function asStopped(error: unknown): Stopped {
  if (error instanceof Stopped) return error
  throw error
}
