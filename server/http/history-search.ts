import type { Response } from 'express'
import type { Principal } from '../access/can.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { HistoryReader } from '../console/console.ts'
import type { Consoles } from '../console/consoles.ts'
import type { SearchTurn } from '../console/history/search-job.ts'
import { checkPattern, type Search } from '../console/history/searches.ts'
import type { HistorySearch, HistorySearchAll, SearchRecord } from '../contract/history.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { sendPieces } from './pieces.ts'

export type Question = HistorySearch & Pick<HistorySearchAll, 'perConsole'>

export interface Asking {
  consoles: Consoles
  clock: Clock
  log: Log
  principal: Principal
  response: Response
  /** Asked again before anything of a console is sent: a long search may outlive a membership. */
  allowed(device: DeviceRecord): boolean
}

export interface Searching {
  question: Question
  /** Over all consoles: each one that has matches is summed up. */
  all: boolean
  /** It begins: to be audited. */
  begun(): Promise<void>
}

/** Answers with records, a line of JSON each. Throws AppError while nothing has been sent. */
export async function searchHistories(
  asking: Asking,
  devices: DeviceRecord[],
  searching: Searching,
): Promise<void> {
  checkPattern({ ...searching.question })
  const { consoles, principal, response } = asking
  await using search = consoles.searches.begin(principal.userId)
  await searching.begun()
  response.set({ 'Content-Type': 'application/x-ndjson; charset=utf-8', 'X-Accel-Buffering': 'no' })
  await sendPieces(response, lines(recordsOf(asking, devices, searching, search)), asking)
}

async function* lines(records: AsyncIterable<SearchRecord>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`
}

interface Tally {
  matches: number
  /** Of the consoles that are done. */
  searchedBytes: number
  consoles: number
}

async function* recordsOf(
  asking: Asking,
  devices: DeviceRecord[],
  { question, all }: Searching,
  search: Search,
): AsyncGenerator<SearchRecord> {
  const place = placeOf(question.cursor)
  const left = devices.filter(({ name }) => place === undefined || name >= place.name)
  let totalBytes = 0
  for (const { id } of left) totalBytes += (await historyOf(asking, id))?.end ?? 0
  const tally: Tally = { matches: 0, searchedBytes: 0, consoles: 0 }
  for (const device of left) {
    const before = place?.name === device.name ? place.to : undefined
    const limit = Math.min(question.perConsole, question.limit - tally.matches)
    const progress = (searched: number): SearchRecord => ({
      type: 'progress',
      searchedBytes: tally.searchedBytes + searched,
      totalBytes,
      consoles: tally.consoles,
      totalConsoles: left.length,
    })
    const ended = yield* oneConsole({ asking, device, search, question, before, limit, progress })
    tally.matches += ended.matches
    tally.searchedBytes += ended.size
    tally.consoles += 1
    if (all && ended.matches > 0) {
      yield {
        type: 'console',
        deviceId: device.id,
        deviceName: device.name,
        matches: ended.matches,
        more: ended.more,
      }
    }
    const full = tally.matches >= question.limit
    if (full || ended.stopped || (!all && ended.more)) {
      const cursor = ended.stopped ? null : cursorOf(device.name, ended.more ? ended.at : 0)
      return yield end(tally, { complete: false, cursor })
    }
    if (ended.matches > 0 || tally.consoles % 50 === 0) yield progress(0)
  }
  yield progressDone(tally, totalBytes, left.length)
  yield end(tally, { complete: true, cursor: null })
}

const end = (
  { matches, searchedBytes }: Tally,
  rest: { complete: boolean; cursor: string | null },
): SearchRecord => ({
  type: 'end',
  matches,
  searchedBytes,
  ...rest,
})

const progressDone = ({ consoles }: Tally, bytes: number, totalConsoles: number): SearchRecord => ({
  type: 'progress',
  searchedBytes: bytes,
  totalBytes: bytes,
  consoles,
  totalConsoles,
})

interface OneConsole {
  asking: Asking
  device: DeviceRecord
  search: Search
  question: Question
  /** Go on before this offset. */
  before: number | undefined
  limit: number
  progress(searched: number): SearchRecord
}

interface Ended {
  matches: number
  /** Bytes of its history. */
  size: number
  /** There may be older matches, before `at`. */
  more: boolean
  at: number
  /** The whole search is over. */
  stopped: boolean
}

async function* oneConsole(one: OneConsole): AsyncGenerator<SearchRecord, Ended> {
  const { asking, device, search, question, before, limit, progress } = one
  const nothing: Ended = { matches: 0, size: 0, more: false, at: 0, stopped: false }
  const history = asking.allowed(device) ? await historyOf(asking, device.id) : undefined
  if (history === undefined) return nothing
  const { end: size } = history
  const { text, regex, matchCase, since, until, context, from } = question
  const to = Math.min(before ?? size, question.to ?? size)
  const snapshot = history.snapshot()
  if (since !== undefined && (snapshot.lastAt ?? 0) < since) return { ...nothing, size }
  const job = { snapshot, pattern: { text, regex, matchCase }, from, to, since, until, limit, context }
  let matches = 0
  for await (const turn of search.run(job)) {
    if (!asking.allowed(device)) return { ...nothing, stopped: true }
    matches += turn.matches.length
    yield* recordsOfTurn(device, turn)
    if (turn.state === 'more') yield progress(Math.max(0, size - turn.at))
    else
      return {
        matches,
        size,
        more: turn.state === 'limit',
        at: turn.at,
        stopped: turn.state === 'too-costly',
      }
  }
  return { ...nothing, matches, size }
}

/** Undefined when the console is there no more. */
async function historyOf({ consoles }: Asking, deviceId: string): Promise<HistoryReader | undefined> {
  return consoles
    .get(deviceId)
    ?.history()
    .catch(() => undefined)
}

function* recordsOfTurn(
  { id: deviceId, name: deviceName }: DeviceRecord,
  turn: SearchTurn,
): Generator<SearchRecord> {
  for (const match of turn.matches) yield { type: 'match', deviceId, deviceName, ...match }
  for (const { from, to, reason } of turn.damaged) {
    const message = `The bytes ${from} to ${to} could not be searched: the file that holds them is damaged (${reason}).`
    yield { type: 'problem', deviceId, code: 'storage-failed', message }
  }
  if (turn.state !== 'too-costly') return
  const message =
    'This expression is too costly: it tries too many ways to match. Make it simpler, without one repetition within another.'
  yield { type: 'problem', deviceId, code: 'too-costly', message }
}

/** Consoles are searched by name: `NAME:OFFSET` goes on before that offset of that console, then with those behind it. */
function cursorOf(name: string, to: number): string {
  return `${name}:${to}`
}

function placeOf(cursor: string | undefined): { name: string; to: number } | undefined {
  const parts = /^([a-z0-9-]+):(\d{1,16})$/.exec(cursor ?? '')
  return parts === null ? undefined : { name: parts[1] ?? '', to: Number(parts[2]) }
}
