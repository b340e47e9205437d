import type { Contender } from '../contenders/contender.ts'
import type { Goal } from '../results.ts'

export type Scenario = OneByOne | InTurns

interface Named {
  name: string
  contenders: Contender[]
  goals: Goal[]
}

/** What one contender after the other is put through in each round. */
export interface OneByOne extends Named {
  /** Runs it once, from nothing to nothing. Gives a value for each measure; fails when a byte is wrong or missing. */
  measure(contender: Contender): Promise<Record<string, number>>
}

/**
 * What all contenders are put through side by side: each is held the whole round, and they take turns of a few seconds at
 * what is measured. A machine that becomes faster or slower within a round does so for all of them.
 */
export interface InTurns extends Named {
  /** How many turns each has in a round. */
  turns: number
  /** Sets up what they share, which ends with `parts`. */
  open(parts: AsyncDisposableStack): Hold
}

/** Starts a contender, which ends with `parts`, and lets it do what is not measured. */
export type Hold = (contender: Contender, parts: AsyncDisposableStack) => Promise<Held>

export interface Held {
  /** One turn, counted from 0; fails when a byte is wrong or missing. */
  turn(number: number): Promise<void>
  /** A value for each measure, when all turns are over. */
  result(): Record<string, number>
}
