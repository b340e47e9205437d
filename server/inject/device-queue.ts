import { atMost } from '../base/at-most.ts'

/** Runs work for devices: one piece for a device at a time, in order, and so many altogether. */
export function deviceQueue(atOnce: number): (deviceId: string, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>()
  const inTurn = atMost(atOnce)
  return async (deviceId, work) => {
    // Who waits for a device takes no place from others.
    const mine = (last.get(deviceId) ?? Promise.resolve()).then(() => inTurn(work))
    const settled = mine.catch(() => undefined)
    last.set(deviceId, settled)
    await mine.finally(() => {
      if (last.get(deviceId) === settled) last.delete(deviceId)
    })
  }
}
