/**
 * All sockets and terminals are read into this memory, one read after the other: what is in it is handled before the next read begins. A
 * buffer for each read, as streams have it, made the garbage collector the largest part of a flood's cost. A terminal gives more than the
 * 4 KiB that it holds when its program goes on while it is read, so that as many bytes as for a socket make fewer reads of it.
 */
export const readBuffer = new Uint8Array(64 * 1024)

/** Most reads of a console are a line or less: so many of its beginnings are kept, each made when it is first read. */
const keptViews = 512
const views: (Uint8Array | undefined)[] = Array.from({ length: keptViews + 1 })

/** What was just read: so many bytes, which are others after this turn. */
export function justRead(length: number): Uint8Array {
  if (length > keptViews) return readBuffer.subarray(0, length)
  views[length] ??= readBuffer.subarray(0, length)
  return views[length]
}
