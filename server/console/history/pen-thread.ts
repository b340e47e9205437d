import { fstatSync, writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { demandName } from './named.ts'
import { type ErrorWords, wordsOf } from './thread-error.ts'

/** Numbers of an order in `orders`: descriptor, position in the file, length, and 1 where the file must have a name. */
export const orderNumbers = 4
/** Where among them the length stands, and afterwards how many bytes were written. */
export const lengthAt = 2

/** Bytes for many files, one after the other, and where each of them belongs; both in memory that is shared. */
export interface PenSheet {
  sheet: Uint8Array
  /** `count` times `orderNumbers`. */
  orders: Float64Array
  count: number
}

/** Orders that failed, by their number, and why. */
export type PenFailures = ({ order: number } & ErrorWords)[]

// The thread of a pen: what would hold up a console waits here for the disk.
parentPort?.on('message', ({ sheet, orders, count }: PenSheet) => {
  const failures: PenFailures = []
  for (let order = 0, from = 0; order < count; order += 1) {
    const [fd = -1, position = 0, length = 0, named = 0] = orders.subarray(order * orderNumbers)
    try {
      orders[order * orderNumbers + lengthAt] = writeSync(fd, sheet, from, length, position)
      if (named === 1) demandName(fstatSync(fd))
    } catch (error) {
      failures.push({ order, ...wordsOf(error) })
    }
    from += length
  }
  parentPort?.postMessage(failures)
})
