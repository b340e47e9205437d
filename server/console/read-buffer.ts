const kib = 1024

/**
 * All sockets and terminals are read into this memory, one read after the other: what is in it is handled before the next read begins. A
 * buffer for each read, as streams have it, made the garbage collector the largest part of a flood's cost.
 */
const memory = new Uint8Array(256 * kib)

/**
 * What is read at once. A terminal gives more than the 4 KiB that it holds when its program goes on while it is read, so that as many bytes
 * as for a socket make fewer reads of it.
 */
export const readBuffer = memory.subarray(0, 64 * kib)

/** The last that filled what it was read into, and how often in a row. One of several that flood does so a few times in its turn. */
let flooding: symbol | undefined
let filled = 0
const aloneAfter = 8

/**
 * What `reader`, of which `length` bytes were just read, is read into the next time. One that floods gets all of the memory: each read and
 * each frame it becomes costs the same, however long. Where several flood they get less, so that nobody else waits for all of theirs.
 */
export function nextBuffer(reader: symbol, length: number): Uint8Array {
  if (length < readBuffer.length) return readBuffer
  if (flooding !== reader) filled = 0
  flooding = reader
  filled += 1
  return filled > aloneAfter ? memory : readBuffer
}

/** Most reads of a console are a line or less: so many of its beginnings are kept, each made when it is first read. */
const keptViews = 512
const views: (Uint8Array | undefined)[] = Array.from({ length: keptViews + 1 })

/** What was just read: so many bytes, which are others after this turn. */
export function justRead(length: number): Uint8Array {
  if (length > keptViews) return memory.subarray(0, length)
  views[length] ??= memory.subarray(0, length)
  return views[length]
}
