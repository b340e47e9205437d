import { History, type HistoryOptions } from './history.ts'
import { type OpenedFolder, openFolder } from './open-folder.ts'

/** Opens a console's history. Never rejects: where the disk fails, the history begins in memory and says so. */
export async function openHistory(options: HistoryOptions): Promise<History> {
  const { folder, settings, boot, clock, scribe } = options
  const open = (): Promise<OpenedFolder> =>
    openFolder({ folder, segmentBytes: settings.segmentBytes, boot, now: clock.now() })
  return scribe.opening(async () => {
    try {
      const opened = await open()
      const history = new History(options, opened.next, opened.seq)
      await history.begin(opened)
      return history
    } catch (error) {
      // Nobody knows which offsets viewers have seen. No console has printed a byte for each microsecond since 1970.
      const history = new History(options, clock.now() * 1000, 0)
      await history.beginLater(open, error)
      return history
    }
  })
}
