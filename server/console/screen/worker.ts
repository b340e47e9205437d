import { parentPort } from 'node:worker_threads'
import { Emulator } from './emulator.ts'
import type { FromEmulators, ToEmulators } from './messages.ts'

/** One terminal's turn: long enough for what is usual, short enough that none of hundreds waits long for its own. */
const turnMs = 8
/** Pieces of output: large for speed; small while a device makes them dear on purpose, so that turns end. */
const largestPiece = 4096
const smallestPiece = 64
/** No honest output of one message takes so long: what does is given up, and tried again later and later. */
const mostMs = 3000

interface Work {
  emulator: Emulator
  queue: ToEmulators[]
  /** How much of the first in the queue is done, and what it was answered so far. */
  done: number
  answers: string
  /** Time taken by it, ms. */
  spent: number
  piece: number
}

const works = new Map<number, Work>()
let scheduled = false

parentPort?.on('message', (message: ToEmulators) => {
  const { id } = message
  if (message.type === 'open') {
    works.set(id, {
      emulator: new Emulator(message.size),
      queue: [],
      done: 0,
      answers: '',
      spent: 0,
      piece: largestPiece,
    })
  } else if (message.type === 'close') {
    works.delete(id)
  } else {
    works.get(id)?.queue.push(message)
    schedule()
  }
})

function schedule(): void {
  if (scheduled) return
  scheduled = true
  setImmediate(round)
}

/** Each terminal's turn, and then whatever the gateway has said meanwhile. */
function round(): void {
  scheduled = false
  for (const [id, work] of works) {
    try {
      turn(work, performance.now() + turnMs)
    } catch (error) {
      // Hostile bytes that the emulator cannot bear: the other terminals can.
      works.delete(id)
      tell({ type: 'lost', id, why: String(error) })
    }
    if (work.queue.length === 0) continue
    schedule()
    if (works.has(id)) tell({ type: 'busy', id })
  }
}

function turn(work: Work, until: number): void {
  while (performance.now() < until) {
    const [message] = work.queue
    if (message === undefined) return
    if (message.type === 'write' && !writePiece(work, message)) continue
    work.queue.shift()
    if (message.type === 'resize') work.emulator.resize(message.size)
    const { id } = message
    if (message.type === 'draw') {
      tell({ type: 'drawn', id, request: message.request, drawing: work.emulator.draw() })
    }
    if (message.type === 'view') {
      tell({ type: 'viewed', id, request: message.request, view: work.emulator.view() })
    }
  }
}

/** Returns whether all of it has been taken in. Answers are told only where the gateway wants them: never to what was printed long ago. */
function writePiece(work: Work, { id, bytes, end, asks }: Extract<ToEmulators, { type: 'write' }>): boolean {
  const upTo = Math.min(bytes.length, work.done + work.piece)
  const began = performance.now()
  work.answers += work.emulator.write(bytes.subarray(work.done, upTo), end - bytes.length + upTo)
  const took = performance.now() - began
  work.spent += took
  if (took > turnMs / 2) work.piece = Math.max(smallestPiece, work.piece / 2)
  else if (took < turnMs / 8) work.piece = Math.min(largestPiece, work.piece * 2)
  if (work.spent > mostMs) throw new Error(`${bytes.length} bytes took longer than ${mostMs} ms to take in`)
  work.done = upTo
  if (upTo < bytes.length) return false
  if (asks && work.answers !== '') tell({ type: 'answer', id, end, text: work.answers })
  tell({ type: 'parsed', id, bytes: bytes.length })
  work.done = 0
  work.answers = ''
  work.spent = 0
  return true
}

function tell(message: FromEmulators): void {
  parentPort?.postMessage(message)
}
