export interface Frame {
  opcode: number
  payload: Buffer
}

export interface FrameEvents {
  /** A piece of a binary frame's payload. */
  bytes(chunk: Buffer): void
  /** A whole text or control frame. */
  frame(frame: Frame): void
}

const binary = 2

/** Reads a server's WebSocket frames from the chunks of its stream (RFC 6455 section 5.2: unmasked; none here is fragmented). */
export function frameReader(events: FrameEvents): (chunk: Buffer) => void {
  let opcode = 0
  let left = 0
  let kept: Buffer = Buffer.alloc(0)
  return (chunk) => {
    let rest = kept.length > 0 ? Buffer.concat([kept, chunk]) : chunk
    kept = Buffer.alloc(0)
    while (rest.length > 0) {
      if (opcode === 0) {
        const header = headerOf(rest)
        if (header === undefined) break
        opcode = header.opcode
        left = header.payloadBytes
        rest = rest.subarray(header.bytes)
      }
      if (opcode === binary) {
        const piece = rest.subarray(0, left)
        if (piece.length > 0) events.bytes(piece)
        left -= piece.length
        rest = rest.subarray(piece.length)
      } else {
        if (rest.length < left) break
        events.frame({ opcode, payload: rest.subarray(0, left) })
        rest = rest.subarray(left)
        left = 0
      }
      if (left === 0) opcode = 0
    }
    kept = rest
  }
}

interface Header {
  opcode: number
  bytes: number
  payloadBytes: number
}

function headerOf(from: Buffer): Header | undefined {
  if (from.length < 2) return undefined
  const opcode = from.readUInt8(0) & 0x0f
  const short = from.readUInt8(1) & 0x7f
  if (short < 126) return { opcode, bytes: 2, payloadBytes: short }
  if (short === 126) {
    return from.length < 4 ? undefined : { opcode, bytes: 4, payloadBytes: from.readUInt16BE(2) }
  }
  return from.length < 10 ? undefined : { opcode, bytes: 10, payloadBytes: Number(from.readBigUInt64BE(2)) }
}
