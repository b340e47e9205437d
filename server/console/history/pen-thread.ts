import { fstatSync, writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { demandName } from './named.ts'

/** Bytes for many files, one after the other, and where each of them belongs. */
export interface PenSheet {
  sheet: Uint8Array
  orders: { fd: number; position: number; length: number; named: boolean }[]
}

/** For each order how many bytes were written, or why none. */
export type PenResults = (number | { code: string; message: string })[]

// The thread of a pen: what would hold up a console waits here for the disk.
parentPort?.on('message', ({ sheet, orders }: PenSheet) => {
  let at = 0
  const results: PenResults = orders.map(({ fd, position, length, named }) => {
    const from = at
    at += length
    return written(() => {
      const bytesWritten = writeSync(fd, sheet, from, length, position)
      if (named) demandName(fstatSync(fd))
      return bytesWritten
    })
  })
  parentPort?.postMessage(results)
})

function written(write: () => number): PenResults[number] {
  try {
    return write()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return { code, message: error instanceof Error ? error.message : String(error) }
  }
}
