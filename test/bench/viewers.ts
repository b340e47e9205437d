import { openConserver } from './conserver-link.ts'
import { monotonicMs } from './monotonic.ts'
import { wasPrintedAt } from './pattern.ts'
import type { Incoming, Target, ViewerLink } from './target.ts'
import { openTcp } from './tcp-link.ts'
import { openWebSocket } from './websocket-link.ts'
import { serveCalls } from './workers.ts'

/** What a viewer has seen so far. */
export interface Seen {
  /** When it was asked, on the clock that all processes share, ms. */
  at: number
  /** Position of its next byte. */
  position: number
  /** Bytes received. */
  received: number
  /** Bytes that it was told are lost. */
  lost: number
}

interface Viewer extends Omit<Seen, 'at'> {
  link: ViewerLink
  /** Why what it received cannot be right. */
  wrong: string | undefined
  changed(): void
}

const viewers: Viewer[] = []

/** A process of viewers. Calls name a viewer by its number. */
const calls = {
  /** Attaches to a device that floods, every byte of which is compared with what was printed. Gives the viewer's number. */
  async attach({ target }: { target: Target }): Promise<number> {
    const viewer = { position: 0, received: 0, lost: 0, wrong: undefined, changed: () => undefined }
    const link = await openLink(target, checking(viewer))
    return viewers.push(Object.assign(viewer, { link })) - 1
  },
  /** Resolves with the time at which the viewer had everything before `position`. */
  reached: ({
    id,
    position,
    withinMs,
  }: {
    id: number
    position: number
    withinMs: number
  }): Promise<number> => {
    const viewer = viewerAt(id)
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const timer = setTimeout(() => {
      reject(new Error(`A viewer stands at ${viewer.position} of ${position} after ${withinMs} ms.`))
    }, withinMs)
    viewer.changed = () => {
      if (viewer.wrong !== undefined) reject(new Error(viewer.wrong))
      if (viewer.position >= position) resolve(monotonicMs())
    }
    viewer.changed()
    return promise.finally(() => clearTimeout(timer))
  },
  /** What each viewer has seen. Fails when one of them has seen a wrong byte. */
  seen: (): Seen[] => viewers.map(seenBy),
  /** What one viewer has seen. Fails when that has seen a wrong byte. */
  seenBy: ({ id }: { id: number }): Seen => seenBy(viewerAt(id)),
  /** Reads no more from its socket. */
  pause({ id }: { id: number }): void {
    viewerAt(id).link.pause()
  },
  resume({ id }: { id: number }): void {
    viewerAt(id).link.resume()
  },
  leave({ id }: { id: number }): void {
    viewerAt(id).link.close()
  },
  /** Types a key. Gives the time of that. */
  type({ id, key }: { id: number; key: string }): number {
    viewerAt(id).link.type(Buffer.from(key))
    return monotonicMs()
  },
  /** Attaches and leaves again so many times; gives the times until each was told what stands there, ms. */
  async attachTimes({ target, count }: { target: Target; count: number }): Promise<number[]> {
    const times: number[] = []
    for (let index = 0; index < count; index += 1) {
      const beganAt = monotonicMs()
      const link = await openLink(target, { bytes: () => undefined, moved: () => undefined, failed })
      times.push(monotonicMs() - beganAt)
      link.close()
    }
    return times
  },
  /** Reads a flood at a rate for a while, then types Ctrl-C and goes to the end. Gives the time from there to the last byte, ms. */
  interrupt: (wish: { target: Target; bytesPerSecond: number; afterMs: number }): Promise<number> =>
    interrupt(wish),
  /** Types keys, each `everyMs` after the echo of the one before; gives the times from key to echo of the last `count`, ms. */
  async echoes({
    target,
    warmUp,
    count,
    everyMs,
  }: {
    target: Target
    warmUp: number
    count: number
    everyMs: number
  }): Promise<number[]> {
    let echoed: (byte: number) => void = () => undefined
    const link = await openLink(target, {
      bytes: (chunk) => echoed(chunk.readUInt8(chunk.length - 1)),
      moved: () => undefined,
      // Said after the last key it is no fault; before, that key has no echo.
      failed: () => undefined,
    })
    const times: number[] = []
    try {
      for (let key = 0; key < warmUp + count; key += 1) {
        await new Promise((resolve) => setTimeout(resolve, everyMs))
        times.push(
          await roundTrip(link, 0x61 + (key % 26), (take) => {
            echoed = take
          }),
        )
      }
    } finally {
      link.close()
    }
    return times.slice(warmUp)
  },
}

export type Viewers = typeof calls

serveCalls(calls)

/** Nothing came for so long: it is quiet. */
const quietMs = 1500

async function interrupt({
  target,
  bytesPerSecond,
  afterMs,
}: {
  target: Target
  bytesPerSecond: number
  afterMs: number
}): Promise<number> {
  const beganAt = monotonicMs()
  let received = 0
  let lastAt = beganAt
  const link = await openLink(target, {
    bytes(chunk) {
      received += chunk.length
      lastAt = monotonicMs()
      const aheadMs = (received / bytesPerSecond) * 1000 - (lastAt - beganAt)
      if (aheadMs < 1) return
      link.pause()
      setTimeout(() => link.resume(), aheadMs)
    },
    moved: () => undefined,
    failed,
  })
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  if (received < bytesPerSecond / 10) throw new Error(`Only ${received} bytes of the flood came.`)
  const typedAt = monotonicMs()
  link.type(Buffer.from('\x03'))
  link.toEnd()
  while (monotonicMs() - lastAt < quietMs) await new Promise((resolve) => setTimeout(resolve, 20))
  link.close()
  return lastAt - typedAt
}

/** A key whose echo takes longer is lost. */
const lostAfterMs = 10_000

function roundTrip(
  link: ViewerLink,
  key: number,
  listen: (take: (byte: number) => void) => void,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const timer = setTimeout(() => reject(new Error(`A key had no echo in ${lostAfterMs} ms.`)), lostAfterMs)
  const typedAt = monotonicMs()
  listen((byte) => {
    if (byte === key) resolve(monotonicMs() - typedAt)
  })
  link.type(Uint8Array.of(key))
  return promise.finally(() => clearTimeout(timer))
}

function openLink(target: Target, incoming: Incoming): Promise<ViewerLink> {
  if (target.kind === 'conserver') return openConserver(target, incoming)
  return target.kind === 'tcp' ? openTcp(target, incoming) : openWebSocket(target, incoming)
}

function checking(viewer: Omit<Viewer, 'link'>): Incoming {
  return {
    bytes(chunk) {
      if (!wasPrintedAt(viewer.position, chunk)) {
        viewer.wrong ??= `Among the ${chunk.length} bytes at ${viewer.position} are some that the device did not print there.`
      }
      viewer.position += chunk.length
      viewer.received += chunk.length
      viewer.changed()
    },
    moved(position, lost) {
      viewer.position = position
      viewer.lost += lost
      viewer.changed()
    },
    failed(why) {
      viewer.wrong ??= why
      viewer.changed()
    },
  }
}

/** For a viewer that has a process of its own. */
function failed(why: string): void {
  throw new Error(why)
}

function seenBy({ position, received, lost, wrong }: Viewer): Seen {
  if (wrong !== undefined) throw new Error(wrong)
  return { at: monotonicMs(), position, received, lost }
}

function viewerAt(id: number): Viewer {
  const viewer = viewers[id]
  if (viewer === undefined) throw new Error(`There is no viewer ${id}.`)
  return viewer
}
