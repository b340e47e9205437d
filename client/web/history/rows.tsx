import type { MouseEvent } from 'react'
import { memo } from 'react'
import { gapWords } from '../console/notices.ts'
import { clockTime, dateTime } from '../words/time.ts'
import { look } from './colours.ts'
import classes from './output.module.css'
import type { Run } from './row.ts'
import { plainStyle } from './sgr.ts'
import { type Shown, type Slab, shownOf } from './slab.ts'

interface Props {
  slab: Slab
  /** Nothing follows. */
  isEnd: boolean
  /** Offset of the line that a person chose, if it is in this slab. */
  chosen: number | null
  onChoose(offset: number): void
}

/** The lines of one slab. Memorised: a slab that stays is not drawn anew when others come and go. */
export const Rows = memo(function Rows({ slab, isEnd, chosen, onChoose }: Props) {
  const shown = shownOf(slab, isEnd)
  return (
    <div className={classes.slab}>
      {shown.map((row, at) =>
        row.kind === 'gap' ? (
          <GapRow key={`gap ${row.gap.from} ${row.gap.startedAt} ${row.gap.cause}`} gap={row.gap} />
        ) : (
          <LineRow
            key={row.line.from}
            row={row}
            same={sameSecond(row, shown[at - 1])}
            chosen={row.line.from === chosen}
            onChoose={onChoose}
          />
        ),
      )}
    </div>
  )
})

type LineShown = Extract<Shown, { kind: 'line' }>

function sameSecond({ at }: LineShown, before: Shown | undefined): boolean {
  if (at === null || before?.kind !== 'line' || before.at === null) return false
  return Math.floor(at / 1000) === Math.floor(before.at / 1000)
}

interface LineProps {
  row: LineShown
  /** Printed in the same second as the line before it: then its time is shown only when somebody looks. */
  same: boolean
  chosen: boolean
  onChoose(offset: number): void
}

function LineRow({ row: { line, at }, same, chosen, onChoose }: LineProps) {
  const choose = (event: MouseEvent) => {
    // With a key held the browser opens or saves the link, as for any other.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    onChoose(line.from)
  }
  const time = at === null ? 'unknown time' : dateTime(at)
  return (
    <div
      className={classes.row}
      data-offset={line.from}
      data-at={at ?? undefined}
      data-chosen={chosen || undefined}
    >
      <a
        className={classes.time}
        href={`?at=${line.from}`}
        tabIndex={-1}
        title={`${time} · offset ${line.from.toLocaleString('en')}`}
        aria-label={`Choose this line, ${time}`}
        data-same={same || undefined}
        onClick={choose}
      >
        {at === null ? '··:··:··' : clockTime(at)}
      </a>
      <span className={classes.text}>{line.runs.map(drawRun)}</span>
    </div>
  )
}

/** Always as text: what a device printed is never markup. */
function drawRun({ text, style, marked }: Run, at: number) {
  const drawn = style === plainStyle ? undefined : look(style)
  if (marked) return <mark key={at}>{text}</mark>
  return drawn ? (
    <span key={at} style={drawn}>
      {text}
    </span>
  ) : (
    text
  )
}

function GapRow({ gap }: { gap: Extract<Shown, { kind: 'gap' }>['gap'] }) {
  return (
    <div className={classes.gap} title={`${dateTime(gap.startedAt)} to ${dateTime(gap.endedAt)}`}>
      <span>{gapWords(gap)}</span>
    </div>
  )
}
