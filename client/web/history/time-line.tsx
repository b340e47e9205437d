import { SegmentedControl } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type MouseEvent, useState } from 'react'
import type { HistoryOverview } from '../../../server/contract/history.ts'
import { gatewayNow } from '../api/gateway-clock.ts'
import { overviewQuery } from '../api/history.ts'
import { gapWords } from '../console/notices.ts'
import { bytes } from '../words/count.ts'
import { dateTime } from '../words/time.ts'
import { heightOf, placeOf, type Scale, timeOf, wholeOf, zoomed } from './scale.ts'
import classes from './time-line.module.css'

interface Props {
  deviceId: string
  /** When the first line that is seen was printed. */
  at: number | null
  /** To a time; to the end of history where that is what was asked for. */
  onGo(time: number | 'end'): void
}

const day = 86_400_000
const zooms: { label: string; ms: number | null }[] = [
  { label: 'All', ms: null },
  { label: '7 d', ms: 7 * day },
  { label: '1 d', ms: day },
  { label: '1 h', ms: day / 24 },
  { label: '10 min', ms: 600_000 },
]

/** When the console printed how much, and where something is missing; a click goes there. */
export function TimeLine({ deviceId, at, onGo }: Props) {
  const [zoom, setZoom] = useState('All')
  const [scale, setScale] = useState<Scale | null>(null)
  const { data: all } = useQuery(overviewQuery(deviceId, null))
  const { data } = useQuery({ ...overviewQuery(deviceId, scale), placeholderData: keepPreviousData })
  const whole = all && wholeOf(all, gatewayNow())
  if (!all || !data || !whole) return null
  const choose = (label: string) => {
    const ms = zooms.find((one) => one.label === label)?.ms ?? null
    setZoom(label)
    setScale(ms === null ? null : zoomed(ms, at ?? whole.until, whole))
  }
  // The strip follows when somebody scrolls or jumps out of it.
  const inside = at !== null && at >= whole.since && at <= whole.until
  if (scale && inside && (at < scale.since || at > scale.until)) choose(zoom)
  const useful = zooms.filter(({ ms }) => ms === null || ms < whole.until - whole.since)
  return (
    <div className={classes.timeLine}>
      <Strip
        overview={data}
        scale={scale ?? whole}
        at={at}
        onGo={(time) => onGo(time >= (data.last.at ?? 0) ? 'end' : time)}
      />
      {useful.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label="Span of the time line"
          data={useful.map(({ label }) => label)}
          value={zoom}
          onChange={choose}
        />
      )}
    </div>
  )
}

interface StripProps {
  overview: HistoryOverview
  scale: Scale
  at: number | null
  onGo(time: number): void
}

function Strip({ overview, scale, at, onGo }: StripProps) {
  const [pointed, setPointed] = useState<number | null>(null)
  const place = (event: MouseEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    return timeOf((event.clientX - left) / width, scale)
  }
  const here = at ?? scale.until
  const step = (scale.until - scale.since) / 100
  const onKeyDown = (event: KeyboardEvent) => {
    const target = { ArrowLeft: here - step, ArrowRight: here + step, Home: scale.since, End: scale.until }[
      event.key
    ]
    if (target === undefined) return
    event.preventDefault()
    onGo(Math.min(scale.until, Math.max(scale.since, Math.round(target))))
  }
  return (
    <div className={classes.box}>
      <div
        className={classes.strip}
        role="slider"
        tabIndex={0}
        aria-label="Time line"
        aria-valuemin={scale.since}
        aria-valuemax={scale.until}
        aria-valuenow={Math.min(scale.until, Math.max(scale.since, here))}
        aria-valuetext={dateTime(here)}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setPointed(place(event))}
        onPointerLeave={() => setPointed(null)}
        onClick={(event) => onGo(place(event))}
      >
        <Bars overview={overview} scale={scale} />
        {at !== null && <i className={classes.here} style={{ left: percent(placeOf(at, scale)) }} />}
        {pointed !== null && (
          <i className={classes.pointed} style={{ left: percent(placeOf(pointed, scale)) }} />
        )}
      </div>
      <div className={`${classes.ends} numbers`} aria-hidden>
        <span>{dateTime(scale.since)}</span>
        <b>{pointed !== null && words(overview, pointed)}</b>
        <span>{dateTime(scale.until)}</span>
      </div>
    </div>
  )
}

function Bars({ overview: { buckets, gaps }, scale }: { overview: HistoryOverview; scale: Scale }) {
  const most = Math.max(0, ...buckets.map((bucket) => bucket.bytes))
  return (
    <>
      {gaps.map((gap) => {
        const from = Math.max(0, placeOf(gap.startedAt, scale))
        const to = Math.min(1, placeOf(gap.endedAt, scale))
        if (to < 0 || from > 1) return null
        const style = { left: percent(from), width: `max(2px, ${percent(to - from)})` }
        return <i key={`${gap.from} ${gap.startedAt} ${gap.cause}`} className={classes.gap} style={style} />
      })}
      {buckets.map((bucket) => {
        if (bucket.bytes === 0) return null
        const left = placeOf(bucket.since, scale)
        const style = {
          left: percent(left),
          width: `max(1px, calc(${percent(placeOf(bucket.until, scale) - left)} - 1px))`,
          height: percent(heightOf(bucket.bytes, most)),
        }
        return <i key={bucket.since} className={classes.bar} style={style} />
      })}
    </>
  )
}

function words({ buckets, gaps }: HistoryOverview, time: number): string {
  const gap = gaps.find(({ startedAt, endedAt }) => startedAt <= time && time <= endedAt)
  if (gap) return gapWords(gap)
  const printed = buckets.find(({ since, until }) => since <= time && time < until)?.bytes ?? 0
  return `${dateTime(time)} · ${printed === 0 ? 'nothing printed' : bytes(printed)}`
}

const percent = (place: number): string => `${place * 100}%`
