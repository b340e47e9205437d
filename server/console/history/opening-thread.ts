import { parentPort } from 'node:worker_threads'
import { ownFiles } from './files.ts'
import { type FolderOptions, type OpenedFolder, openFolder } from './open-folder.ts'
import { firstReserve } from './reserve.ts'
import type { SavedState } from './state-file.ts'
import { type ErrorWords, wordsOf } from './thread-error.ts'

export interface OpenOrder {
  order: number
  options: FolderOptions
}

/** Each order is answered by `failed`, or by `opened` and later `noted`. */
export type OpenAnswer = { order: number } & (
  | { kind: 'opened'; opened: OpenedFolder }
  | { kind: 'failed'; failure: ErrorWords }
  | { kind: 'noted'; state: SavedState | undefined }
)

/** Each message wakes the gateway's thread, and until the first it has nothing to connect. */
const answersAtOnce = 16
/** How long reserves may wait to be noted: until then viewers are shown nothing new. */
const noteAfterMs = 300

type Work = () => Promise<OpenAnswer>

// The thread of an opener: what would hold up consoles waits here for the disk. Consoles connect when they are opened, so that comes first,
// but not for as long as a power failure's damage is looked for in a thousand histories.
parentPort?.on('message', async (orders: OpenOrder[]) => {
  let notes: Work[] = []
  let notedAt = performance.now()
  const open = async ({ order, options }: OpenOrder): Promise<OpenAnswer> => {
    try {
      const opened = await openFolder(options, ownFiles)
      notes.push(async () => ({ order, kind: 'noted', state: await firstReserve(options, opened, ownFiles) }))
      return { order, kind: 'opened', opened }
    } catch (error) {
      return { order, kind: 'failed', failure: wordsOf(error) }
    }
  }
  for (let done = 0; done < orders.length; done += answersAtOnce) {
    await answer(orders.slice(done, done + answersAtOnce).map((order) => () => open(order)))
    const isLast = done + answersAtOnce >= orders.length
    if (!isLast && performance.now() - notedAt < noteAfterMs) continue
    const waiting = notes
    notes = []
    for (let from = 0; from < waiting.length; from += answersAtOnce)
      await answer(waiting.slice(from, from + answersAtOnce))
    notedAt = performance.now()
  }
})

async function answer(works: readonly Work[]): Promise<void> {
  parentPort?.postMessage(await Promise.all(works.map((work) => work())))
}
