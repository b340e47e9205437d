import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { type SearchJob, search } from './search-job.ts'

// A thread that searches one history at a time. It is told `go` for each turn and answers with it; a job ends the one before.

yieldToConsoles()

let turns: ReturnType<typeof search> | undefined
parentPort?.on('message', async (message: SearchJob | 'go') => {
  if (message !== 'go') {
    await turns?.return(undefined)
    turns = search(message)
  }
  const turn = await turns?.next()
  parentPort?.postMessage(turn?.value)
})

/** Linux gives each thread a priority of its own: live consoles come first. Elsewhere searches are as important as they. */
function yieldToConsoles(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, 10)
  } catch {
    // There is no such place, or it may not be done.
  }
}
