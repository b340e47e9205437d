import type { SearchMatch } from '../../../server/contract/history.ts'
import { dateTime } from '../words/time.ts'
import classes from './search.module.css'

/** Letters of a line shown before its match. */
const lead = 60

/** A line that matched, with the match marked, and when it was printed. */
export function MatchLine({ match: { line, range, at } }: { match: SearchMatch }) {
  const [from, to] = range
  const begin = Math.max(0, from - lead)
  return (
    <>
      <span className={`${classes.at} numbers`}>{at === null ? 'time unknown' : dateTime(at)}</span>
      <span className={`${classes.line} mono`}>
        {begin > 0 && '… '}
        {line.slice(begin, from)}
        <mark>{line.slice(from, to)}</mark>
        {line.slice(to, to + 300)}
      </span>
    </>
  )
}
