import { parentPort } from 'node:worker_threads'
import { sealSegment, type ToSeal } from './seal.ts'
import { type ErrorWords, wordsOf } from './thread-error.ts'

export interface SealOrder extends ToSeal {
  /** Not 0 any more, and notified: it is to be given up. Shared. */
  stop: Int32Array
  /** Counts what people type, on any console. Shared. */
  keys: Int32Array
}

export type SealAnswer = { kind: 'sealed' } | { kind: 'given-up' } | { kind: 'failed'; failure: ErrorWords }

/** Compressing may take this part of one core: one quarter. */
const restPerWork = 3
/**
 * A key that comes while a block is compressed may have to wait for the processor until that is done. So the next block waits until nobody has
 * typed for the first of these times, and no longer than the second.
 */
const untypedMs = 250
const mostYieldMs = 1000

// The thread of a sealer: what it reads, compresses and throws away again is no business of the thread that has the consoles.
parentPort?.on('message', ({ stop, keys, ...toSeal }: SealOrder) => {
  parentPort?.postMessage(answerTo(toSeal, modestPace(stop, keys)))
})

function answerTo(toSeal: ToSeal, pace: () => boolean): SealAnswer {
  try {
    return { kind: sealSegment(toSeal, pace) ? 'sealed' : 'given-up' }
  } catch (error) {
    return { kind: 'failed', failure: wordsOf(error) }
  }
}

function modestPace(stop: Int32Array, keys: Int32Array): () => boolean {
  const rest = (ms: number): boolean => Atomics.wait(stop, 0, 0, ms) === 'timed-out'
  let began = performance.now()
  let typed = Atomics.load(keys, 0)
  return () => {
    let mayGoOn = rest((performance.now() - began) * restPerWork)
    for (let yieldedMs = 0; mayGoOn && yieldedMs < mostYieldMs; yieldedMs += untypedMs) {
      const before = typed
      typed = Atomics.load(keys, 0)
      if (typed === before) break
      mayGoOn = rest(untypedMs)
    }
    began = performance.now()
    return mayGoOn
  }
}
