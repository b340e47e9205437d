/** A slice of history, or what is still held when the bytes asked for are gone. */
export type HistorySlice =
  | { kind: 'bytes'; from: number; bytes: Uint8Array; end: number }
  | { kind: 'gone'; heldFrom: number; end: number }
