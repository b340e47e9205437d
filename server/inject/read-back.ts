import type { Write } from './plan.ts'
import type { Outcome } from './program/report.ts'
import { isSumOf } from './program/sum.ts'

/**
 * Whether what stood there was, after the write, byte for byte what it was when it was looked at, and our lines right behind it. Where not,
 * somebody else has written meanwhile. A device without `head` cannot tell.
 */
export function stoodAsWritten(
  { sum, data }: Pick<Write, 'sum' | 'data'>,
  { before, ours }: Pick<Extract<Outcome, { kind: 'written' }>, 'before' | 'ours'>,
): boolean {
  const kept = sum === undefined ? isSumOf(before, new Uint8Array()) : before === sum
  return (kept || before === unknown) && (isSumOf(ours, data) || ours === unknown)
}

const unknown = '-'
