/** What one round of a scenario measured. */
export interface Sample {
  /** What was measured, with its unit in brackets: "throughput (MB/s)". */
  measure: string
  contender: string
  round: number
  value: number
}

/** What a measure has to be, absolutely or as a ratio to another contender's in the same round. */
export interface Goal {
  measure: string
  contender: string
  versus?: string
  atLeast?: number
  atMost?: number
}

export interface Summary {
  median: number
  least: number
  most: number
}

export function summarize(values: number[]): Summary {
  return { median: quantile(values, 0.5), least: quantile(values, 0), most: quantile(values, 1) }
}

/** The value below which so many of them lie; the nearest of them, none in between. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
}

export function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

export interface Judgement extends Summary {
  goal: Goal
  met: boolean
}

/** Looks whether a goal is met by the median over the rounds; undefined when it was not measured. */
export function judge(goal: Goal, samples: Sample[]): Judgement | undefined {
  const of = (contender: string, round?: number) =>
    samples.filter(
      (sample) =>
        sample.measure === goal.measure &&
        sample.contender === contender &&
        (round === undefined || sample.round === round),
    )
  const values = of(goal.contender).flatMap(({ round, value }) => {
    if (goal.versus === undefined) return [value]
    const [other] = of(goal.versus, round)
    return other === undefined ? [] : [value / other.value]
  })
  if (values.length === 0) return undefined
  const summary = summarize(values)
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = goal
  return { goal, ...summary, met: summary.median >= atLeast && summary.median <= atMost }
}
