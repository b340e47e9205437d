/**
 * All sockets and terminals are read into this memory, one read after the other: what is in it is handled before the next read begins. A
 * buffer for each read, as streams have it, made the garbage collector the largest part of a flood's cost. A terminal gives more than the
 * 4 KiB that it holds when its program goes on while it is read, so that as many bytes as for a socket make fewer reads of it.
 */
export const readBuffer = new Uint8Array(64 * 1024)
