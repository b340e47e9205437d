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
const answersAtOnce = 32

// The thread of an opener: what would hold up consoles waits here for the disk. Consoles connect when they are opened, so that comes first.
parentPort?.on('message', async (orders: OpenOrder[]) => {
  const notes: (() => Promise<OpenAnswer>)[] = []
  const open = async ({ order, options }: OpenOrder): Promise<OpenAnswer> => {
    try {
      const opened = await openFolder(options, ownFiles)
      notes.push(async () => ({ order, kind: 'noted', state: await firstReserve(options, opened, ownFiles) }))
      return { order, kind: 'opened', opened }
    } catch (error) {
      return { order, kind: 'failed', failure: wordsOf(error) }
    }
  }
  await answerAll(orders.map((order) => () => open(order)))
  await answerAll(notes)
})

async function answerAll(works: readonly (() => Promise<OpenAnswer>)[]): Promise<void> {
  for (let done = 0; done < works.length; done += answersAtOnce) {
    const answers: OpenAnswer[] = []
    for (const work of works.slice(done, done + answersAtOnce)) answers.push(await work())
    parentPort?.postMessage(answers)
  }
}
