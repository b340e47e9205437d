import { createHash } from 'node:crypto'
import type WebSocket from 'ws'
import type { Gap, ServerMessage } from '../../server/contract/console.ts'
import { limits } from '../../server/contract/limits.ts'
import { numberOf } from './numbered-device.ts'

/** Bytes of history whose fingerprint is kept at once. */
const blockBytes = 64 * 1024

/**
 * Somebody who watches a numbered device for as long as it takes, over as many connections as it takes, keeps no bytes, and forgets
 * nothing: where it stands, the last number it saw, each gap, and a fingerprint of each block.
 */
export class Witness {
  /** What must not be: empty for as long as the gateway keeps its promises. */
  readonly faults: string[] = []
  readonly gaps: Gap[] = []
  /** Offset of a block of history -> the SHA-256 of what was seen there, for blocks seen whole. */
  readonly blocks = new Map<number, string>()
  offset = 0
  lines = 0
  /** Bytes seen. */
  seen = 0
  #last = -1
  #partial = ''
  /** No whole line since the last gap, or since the beginning: numbers may have gone on meanwhile. */
  #afterGap = true
  /** A gap may have cut one line in two. */
  #cutAllowed = true
  #block: { at: number; hash: ReturnType<typeof createHash> } | undefined

  /** Takes in a socket until it closes. Resolves with its close code. */
  watch(socket: WebSocket, { acks = true } = {}): Promise<number> {
    let acked = this.offset
    socket.on('message', (data: Buffer, binary) => {
      if (!binary) return this.#message(JSON.parse(data.toString()))
      this.#bytes(data)
      if (!acks || this.offset - acked < limits.ackEveryBytes) return
      acked = this.offset
      socket.send(JSON.stringify({ type: 'ack', offset: acked }))
    })
    socket.on('error', () => undefined)
    return new Promise((resolve) => socket.once('close', resolve))
  }

  /** Blocks that both saw whole, and the offsets of those in which they saw different bytes. */
  compare({ blocks }: Witness): { compared: number; different: number[] } {
    const both = [...this.blocks.keys()].filter((at) => blocks.has(at))
    return { compared: both.length, different: both.filter((at) => blocks.get(at) !== this.blocks.get(at)) }
  }

  #message(message: ServerMessage): void {
    if (message.type === 'attached') this.#attached(message.offset)
    else if (message.type === 'gap') this.#gap(message.gap)
    else if (message.type === 'error') this.faults.push(`error at ${this.offset}: ${message.message}`)
  }

  #attached(offset: number): void {
    if (this.seen === 0 && this.gaps.length === 0) this.offset = offset
    else if (offset !== this.offset) this.faults.push(`went on at ${offset}, not at ${this.offset}`)
    this.#block = undefined
  }

  #gap(gap: Gap): void {
    if (gap.to < this.offset) this.faults.push(`a gap until ${gap.to} was told at ${this.offset}`)
    this.gaps.push(gap)
    this.offset = gap.to
    this.#partial = ''
    this.#afterGap = true
    this.#cutAllowed = true
    this.#block = undefined
  }

  #bytes(bytes: Buffer): void {
    this.#fingerprint(bytes)
    this.offset += bytes.length
    this.seen += bytes.length
    const lines = (this.#partial + bytes.toString('latin1')).split('\n')
    this.#partial = lines.pop() ?? ''
    for (const line of lines) this.#line(line)
  }

  #line(line: string): void {
    const number = numberOf(line)
    if (number === undefined) {
      if (this.#cutAllowed) this.#cutAllowed = false
      else this.faults.push(`a wrong line before ${this.offset}: ${JSON.stringify(line)}`)
      return
    }
    const next = this.#last + 1
    if (number < next) this.faults.push(`line ${number} came after line ${this.#last}`)
    else if (number > next && !this.#afterGap)
      this.faults.push(`from line ${this.#last} to line ${number} without a gap`)
    this.#last = number
    this.#afterGap = false
    this.#cutAllowed = false
    this.lines += 1
  }

  #fingerprint(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const position = this.offset + at
      const within = position % blockBytes
      if (within === 0) this.#block = { at: position, hash: createHash('sha256') }
      const part = bytes.subarray(at, at + blockBytes - within)
      this.#block?.hash.update(part)
      at += part.length
      if (within + part.length < blockBytes || this.#block === undefined) continue
      this.blocks.set(this.#block.at, this.#block.hash.digest('hex'))
      this.#block = undefined
    }
  }
}
