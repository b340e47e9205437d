import { type Goal, type Judgement, judge, type Sample, type Summary, summarize } from './results.ts'

/** The results as two tables in Markdown: what was measured, and how it compares with the goals. */
export function tables(samples: Sample[], goals: Goal[]): string {
  const judgements = goals.flatMap((goal) => judge(goal, samples) ?? [])
  return `${table(['measure', 'of', 'median', 'spread', 'rounds'], measured(samples))}
${table(['goal', 'median', 'spread', 'wanted', ''], judgements.map(judged))}`
}

function measured(samples: Sample[]): string[][] {
  const groups = Map.groupBy(samples, ({ measure, contender }) => `${measure}\n${contender}`)
  return [...groups.values()].map((group) => {
    const summary = summarize(group.map(({ value }) => value))
    const { measure = '', contender = '' } = group[0] ?? {}
    return [measure, contender, number(summary.median), spread(summary), String(group.length)]
  })
}

function judged({ goal, met, ...summary }: Judgement): string[] {
  const { measure, contender, versus, atLeast, atMost } = goal
  const what = versus === undefined ? `${measure}, ${contender}` : `${measure}, ${contender} / ${versus}`
  const wanted = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`
  return [what, number(summary.median), spread(summary), wanted, met ? 'met' : 'MISSED']
}

function spread({ least, most }: Summary): string {
  return `${number(least)} to ${number(most)}`
}

/** Three digits that matter. */
function number(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join('')
}
