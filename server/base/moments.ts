import type { Clock } from './clock.ts'

/** One moment on both clocks. The wall clock may be set; the steady one goes evenly, but stands still while the machine sleeps. */
export interface Moment {
  wall: number
  steady: number
}

export function momentOf(clock: Pick<Clock, 'now' | 'monotonic'>): Moment {
  return { wall: clock.now(), steady: clock.monotonic() }
}

/** What each of them says has passed. They differ by what the wall clock was set, and by how long the machine slept. */
export function passedBetween(from: Moment, to: Moment): Moment {
  return { wall: to.wall - from.wall, steady: to.steady - from.steady }
}
