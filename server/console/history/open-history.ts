import { History, type HistoryOptions } from './history.ts'
import type { Opening } from './opener.ts'

/** Opens a console's history. Never rejects: where the disk fails, the history begins in memory and says so. */
export async function openHistory(options: HistoryOptions): Promise<History> {
  const { folder, settings, boot, clock, scribe } = options
  const open = (): Promise<Opening> =>
    scribe.opener.open({ folder, segmentBytes: settings.segmentBytes, boot, now: clock.now() })
  try {
    const opening = await open()
    const history = new History(options, opening.opened.next)
    history.begin(opening)
    return history
  } catch (error) {
    // Nobody knows which offsets viewers have seen. No console has printed a byte for each microsecond since 1970.
    const history = new History(options, clock.now() * 1000)
    await history.beginLater(open, error)
    return history
  }
}
