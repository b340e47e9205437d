import type { Contender } from '../contenders/contender.ts'
import type { Goal } from '../results.ts'

/** What one contender is put through in each round. */
export interface Scenario {
  name: string
  contenders: Contender[]
  goals: Goal[]
  /** Runs it once, from nothing to nothing. Gives a value for each measure; fails when a byte is wrong or missing. */
  measure(contender: Contender): Promise<Record<string, number>>
}
