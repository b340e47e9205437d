import { z } from 'zod'
import { digits, id, offset, timestamp } from './common.ts'
import { gap } from './console.ts'
import { type ErrorCode, errorCatalogue } from './errors.ts'
import { limits } from './limits.ts'

/** A time in a query: ISO 8601 with its zone (`2026-11-23T02:00:00Z`), or milliseconds since the epoch. */
const moment = z.union([digits.pipe(timestamp), z.iso.datetime({ offset: true }).transform(Date.parse)], {
  error: 'must be a time like 2026-11-23T02:00:00Z, or milliseconds since 1970',
})

const atMost = (most: number) => z.number().int().min(1).max(most)

/**
 * Query of the raw slice. `from`: the bytes that begin there; `before`: those that end there; `at`: those printed at that time and
 * later; none: the newest.
 */
export const historyQuery = z
  .object({
    from: digits.pipe(offset).optional(),
    before: digits.pipe(offset).optional(),
    at: moment.optional(),
    limit: digits.pipe(atMost(limits.historyReadBytes)).optional(),
  })
  .refine(({ from, before, at }) => [from, before, at].filter((given) => given !== undefined).length <= 1, {
    error: 'give one of from, before and at',
  })

export const positionQuery = z
  .object({ at: moment.optional(), offset: digits.pipe(offset).optional() })
  .refine(({ at, offset }) => (at === undefined) !== (offset === undefined), {
    error: 'give either at or offset',
  })

/** A place in history and its time. */
export const historyPosition = z.object({
  /** Asked by time: where the first byte printed at that time or later stands. */
  offset,
  /** When the byte there was printed; null when there is none, as at the end of history. */
  at: timestamp.nullable(),
  /** Whether the index knows this very place; else offset or time may be up to a second early. */
  exact: z.boolean(),
})
export type HistoryPosition = z.infer<typeof historyPosition>

export const overviewQuery = z.object({
  since: moment.optional(),
  until: moment.optional(),
  buckets: digits.pipe(atMost(limits.overviewBuckets)).default(100),
})

/** What a time line shows. */
export const historyOverview = z.object({
  /** The oldest byte that is held. */
  first: historyPosition,
  /** The end of history, and when the newest byte was printed. */
  last: historyPosition,
  /** Equal spans of time, oldest first; `from` is the offset at which one begins. Empty where nothing was ever printed. */
  buckets: z.array(
    z.object({ since: timestamp, until: timestamp, from: offset, bytes: z.number().int().nonnegative() }),
  ),
  /** Gaps in that time, oldest first; of very many the newest. */
  gaps: z.array(gap),
  /** Whether there are more gaps than are listed. */
  moreGaps: z.boolean(),
})
export type HistoryOverview = z.infer<typeof historyOverview>

/** At most `historyReadBytes` from `from` to `to`. */
export const marksQuery = z.object({ from: digits.pipe(offset), to: digits.pipe(offset) })

/** When the bytes of a slice were printed and what is missing among them: what a page needs to show times beside lines. */
export const historyMarks = z.object({
  /**
   * The bytes from `offset` up to the next mark were printed at `at`, or within a second after it. In order; the first is at or before
   * `from`, where the index knows one.
   */
  marks: z.array(z.object({ offset, at: timestamp })),
  /** Gaps that stand in the span, at its ends or reach into it. */
  gaps: z.array(gap),
})
export type HistoryMarks = z.infer<typeof historyMarks>

const searched = {
  /** What to look for in what was printed, line by line, without escape sequences. In the body: it may be a leaked secret. */
  text: z
    .string()
    .min(1, 'say what to look for')
    .max(limits.searchTextMaxLength)
    .regex(/^[^\r\n]*$/, 'must be within one line'),
  /** Whether `text` is a regular expression as JavaScript knows them (with the flag u). */
  regex: z.boolean().default(false),
  matchCase: z.boolean().default(false),
  since: timestamp.optional(),
  until: timestamp.optional(),
  /** Matches in this answer; `cursor` goes on behind them. */
  limit: atMost(limits.searchMatches).default(100),
  /** Lines before and after each match. */
  context: z.number().int().min(0).max(limits.searchContextLines).default(0),
  /** From the `end` of an earlier answer to the same question. */
  cursor: z.string().max(100).optional(),
}

/** Body of a search in one console's history, newest match first. */
export const historySearch = z.object({ ...searched, from: offset.optional(), to: offset.optional() })
export type HistorySearch = z.infer<typeof historySearch>

/** Body of a search in all consoles that the caller may watch: console after console by name, the newest match of each first. */
export const historySearchAll = z.object({
  ...searched,
  projectId: id.optional(),
  devices: z.array(id).max(10_000).optional(),
  /** Matches of one console; whether there are more, its record `console` tells. */
  perConsole: atMost(limits.searchMatches).default(5),
})
export type HistorySearchAll = z.infer<typeof historySearchAll>

const errorCode = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]])

/** A search answers with lines of JSON (application/x-ndjson), one record each. The last one is `end`, or the answer was cut short. */
export const searchRecord = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('match'),
    deviceId: id,
    deviceName: z.string(),
    /** Offset of the first matching byte, and behind the last one. */
    offset,
    end: offset,
    /** Offset at which the line begins. */
    lineFrom: offset,
    /** When it was printed; null when nobody knows. */
    at: timestamp.nullable(),
    /** The line as plain text; of a very long one what is around the match. */
    line: z.string(),
    /** Where the match stands in `line`: begin and end, in UTF-16 units. */
    range: z.tuple([z.number().int(), z.number().int()]),
    before: z.array(z.string()),
    after: z.array(z.string()),
  }),
  /** Each few MiB, and for each console. */
  z.object({
    type: z.literal('progress'),
    searchedBytes: z.number().int(),
    totalBytes: z.number().int(),
    consoles: z.number().int(),
    totalConsoles: z.number().int(),
  }),
  /** After the matches of a console. `more`: there are older ones. Only in a search over all consoles. */
  z.object({
    type: z.literal('console'),
    deviceId: id,
    deviceName: z.string(),
    matches: z.number().int(),
    more: z.boolean(),
  }),
  /** Something was not searched: a part cannot be read (then it goes on), or the expression is `too-costly` (then it ends). */
  z.object({
    type: z.literal('problem'),
    deviceId: id.nullable(),
    code: errorCode,
    message: z.string(),
  }),
  z.object({
    type: z.literal('end'),
    /** Everything that was asked for has been searched. */
    complete: z.boolean(),
    matches: z.number().int(),
    searchedBytes: z.number().int(),
    /** Goes on from here; null when there is nothing more. */
    cursor: z.string().nullable(),
  }),
])
export type SearchRecord = z.infer<typeof searchRecord>
export type SearchMatch = Extract<SearchRecord, { type: 'match' }>

/**
 * `raw`: the bytes as they were printed, gaps left out. `text`: lines as a person reads them, gaps as lines. `asciicast`: version 2 of
 * asciinema's format, with the times of the index, gaps as markers. A span is given by offsets or by times.
 */
export const downloadQuery = z.object({
  format: z.enum(['raw', 'text', 'asciicast']).default('raw'),
  from: digits.pipe(offset).optional(),
  to: digits.pipe(offset).optional(),
  since: moment.optional(),
  until: moment.optional(),
})
export type DownloadFormat = z.infer<typeof downloadQuery>['format']
