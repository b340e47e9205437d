import type { Express, Request, Response } from 'express'
import { can, demand, type Principal } from '../access/can.ts'
import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import { AppError, notFound } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { HeldConsole } from '../console/console.ts'
import type { Consoles } from '../console/consoles.ts'
import { exportHistory } from '../console/history/export.ts'
import type { HistorySlice } from '../console/history/slice.ts'
import { downloadQuery, historyQuery, historySearch, historySearchAll } from '../contract/history.ts'
import { limits } from '../contract/limits.ts'
import { paths, routes } from '../contract/routes.ts'
import type { Devices } from '../devices/devices.ts'
import type { DeviceRecord } from '../devices/record.ts'
import { AtOnce } from './at-once.ts'
import { readJson } from './body.ts'
import { decode } from './decode.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { admit, type GateOptions } from './gate.ts'
import { searchHistories } from './history-search.ts'
import { Lately } from './lately.ts'
import type { LivePrincipals } from './live-principals.ts'
import { sendPieces } from './pieces.ts'

export interface HistoryRouteParts {
  devices: Devices
  consoles: Consoles
  audit: Audit
  clock: Clock
  log: Log
}

/** Who scrolls through history asks for a slice each second; the audit tells that they read, not each turn of the wheel. */
const readsAreOneMs = 10 * 60_000
/** Files that one user fetches at the same time. */
const downloadsAtOnce = 4

interface Watched {
  device: DeviceRecord
  console: HeldConsole
}

/** For what takes long: whoever asked may lose the right to it meanwhile. */
export interface LongHistoryParts extends HistoryRouteParts {
  principals: LivePrincipals
}

/** What of history is not JSON in, JSON out: slices, files and searches. Never shown by a browser as a page. */
export function mountHistory(app: Express, parts: LongHistoryParts, gate: GateOptions): void {
  const { devices, consoles, audit, clock, log } = parts
  const reads = new Lately(clock, readsAreOneMs)
  const downloads = new AtOnce(downloadsAtOnce, tooManyDownloads)
  // A change in the sense of the gate: it starts work, and what is looked for stands in its body.
  const enter = (request: Request, method: 'GET' | 'POST'): Promise<Principal> =>
    admit(request, { ...routes.devices, method }, gate) as Promise<Principal>
  const watched = (request: Request, principal: Principal): Watched =>
    watchedDevice(parts, principal, String(request.params.id))

  app.get(paths.history, async (request, response) => {
    const principal = await enter(request, 'GET')
    const { device, console } = watched(request, principal)
    const slice = await readSlice(console, decode(historyQuery, request.query, 'query'))
    if (reads.isFirst(`${principal.userId} ${device.id}`)) {
      await audit.recordOrLog({
        action: 'history.read',
        ...about(principal, device),
        detail: { from: slice.from, bytes: slice.bytes.length },
      })
    }
    response.set({
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${device.name}-${slice.from}.log"`,
      'Lifeline-Offset': String(slice.from),
      'Lifeline-End': String(slice.end),
      'Lifeline-Oldest': String((await console.history()).oldest),
    })
    response.end(slice.bytes)
  })

  app.get(paths.historyDownload, async (request, response) => {
    const principal = await enter(request, 'GET')
    const found = watched(request, principal)
    using rights = rightsOf(parts, principal, response)
    rights.end(() => !rights.mayWatch(found.device))
    await downloads.run(principal.userId, () => download(parts, principal, found, { request, response }))
  })

  app.post(paths.historySearch, async (request, response) => {
    const principal = await enter(request, 'POST')
    const { device } = watched(request, principal)
    const question = decode(historySearch, await readJson(request, response), 'body')
    const { regex, context } = question
    using rights = rightsOf(parts, principal, response)
    await searchHistories({ consoles, clock, log, principal, response, allowed: rights.mayWatch }, [device], {
      question: { ...question, perConsole: question.limit },
      all: false,
      begun: () =>
        audit.recordOrLog({
          action: 'history.searched',
          ...about(principal, device),
          detail: { regex, context },
        }),
    })
  })

  app.post(paths.historySearchAll, async (request, response) => {
    const principal = await enter(request, 'POST')
    const question = decode(historySearchAll, await readJson(request, response), 'body')
    using rights = rightsOf(parts, principal, response)
    const allowed = rights.mayWatch
    const chosen = chooseDevices(devices.list().filter(allowed), question)
    const { regex, context, projectId = null } = question
    await searchHistories({ consoles, clock, log, principal, response, allowed }, chosen, {
      question,
      all: true,
      begun: () =>
        audit.recordOrLog({
          action: 'history.searched',
          ...by(principal),
          projectId,
          detail: { regex, context, consoles: chosen.length },
        }),
    })
  })
}

/** Places and the time line. */
export function historyEndpoints(parts: HistoryRouteParts): Endpoint[] {
  const reader = (principal: Principal, id: string) => watchedDevice(parts, principal, id).console.history()
  return [
    endpoint(routes.historyPosition, async ({ principal, params, query: { at, offset } }) => {
      const { places, end } = await reader(principal, params.id)
      if (at !== undefined) return places.positionAt(at)
      // The query has one of both.
      const position = offset ?? 0
      if (position > end) throw beyond(position, end)
      return places.timeAt(position)
    }),
    endpoint(routes.historyMarks, async ({ principal, params, query: { from, to } }) => {
      const { places, end } = await reader(principal, params.id)
      if (from > end) throw beyond(from, end)
      if (to < from || to - from > limits.historyReadBytes) throw tooWide()
      return places.marksIn(from, to)
    }),
    endpoint(routes.historyOverview, async ({ principal, params, query: { since, until, buckets } }) =>
      (await reader(principal, params.id)).places.overview({ since, until, buckets }),
    ),
  ]
}

function watchedDevice({ devices, consoles }: HistoryRouteParts, principal: Principal, id: string): Watched {
  const device = devices.find(id)
  const console = consoles.get(id)
  if (device === undefined || console === undefined) throw notFound()
  demand(principal, 'console.watch', { kind: 'device', projectId: device.projectId })
  return { device, console }
}

interface Rights extends Disposable {
  mayWatch(device: Pick<DeviceRecord, 'id'>): boolean
  /** Cuts the answer short once this is so; looked at each time that the rights are renewed. */
  end(when: () => boolean): void
}

/** The rights of somebody whose answer takes long, renewed as for those attached. A session that ends cuts the answer short. */
function rightsOf(
  { devices, principals }: LongHistoryParts,
  principal: Principal,
  response: Response,
): Rights {
  let now = principal
  let ends = (): boolean => false
  const live = principals.add({
    principal,
    renewed(renewed) {
      now = renewed ?? now
      if (renewed === undefined || ends()) response.destroy()
    },
  })
  return {
    mayWatch({ id }) {
      const projectId = devices.find(id)?.projectId
      return projectId !== undefined && can(now, 'console.watch', { kind: 'device', projectId }) === 'yes'
    },
    end(when) {
      ends = when
    },
    [Symbol.dispose]: live.remove,
  }
}

/** What one may not see is not there, so asking for it finds nothing. */
function chooseDevices(
  visible: DeviceRecord[],
  { projectId, devices }: { projectId?: string | undefined; devices?: string[] | undefined },
): DeviceRecord[] {
  const wanted = devices && new Set(devices)
  return visible.filter(
    (device) =>
      (projectId === undefined || device.projectId === projectId) &&
      (wanted === undefined || wanted.has(device.id)),
  )
}

interface SliceQuery {
  from?: number | undefined
  before?: number | undefined
  at?: number | undefined
  limit?: number | undefined
}

async function readSlice(
  console: HeldConsole,
  { from, before, at, limit = limits.historyReadBytes }: SliceQuery,
): Promise<Extract<HistorySlice, { kind: 'bytes' }>> {
  const { places, end } = await console.history()
  let begin = at === undefined ? from : (await places.positionAt(at)).offset
  let most = limit
  if (before !== undefined) {
    if (before > end) throw beyond(before, end)
    const span = await places.spanBefore(before, limit)
    begin = span.from
    most = span.to - span.from
  }
  const slice = await console.readHistory(begin, most)
  if (slice.kind === 'bytes') return slice
  throw new AppError(
    'history-gone',
    `History from ${begin} has been removed by age or size; it is held from ${slice.heldFrom} on.`,
  )
}

async function download(
  { audit, clock, log }: HistoryRouteParts,
  principal: Principal,
  { device, console }: Watched,
  { request, response }: { request: Request; response: Response },
): Promise<void> {
  const query = decode(downloadQuery, request.query, 'query')
  const history = await console.history()
  const { places, oldest, end } = history
  const begin = query.since === undefined ? query.from : (await places.positionAt(query.since)).offset
  const finish = query.until === undefined ? query.to : (await places.positionAt(query.until)).offset
  const from = begin ?? oldest
  const to = Math.max(from, Math.min(finish ?? end, end))
  if (from > end) throw beyond(from, end)
  const { format } = query
  await audit.recordOrLog({
    action: 'history.downloaded',
    ...about(principal, device),
    detail: { format, from, to },
  })
  const time = fileTime((await places.timeAt(from)).at)
  const { type, ending } = files[format]
  response.set({
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${device.name}-${time}.${ending}"`,
    'Lifeline-Offset': String(from),
    'Lifeline-End': String(to),
  })
  const { size } = device.settings
  await sendPieces(response, exportHistory({ history, format, from, to, size, title: device.name }), {
    clock,
    log,
  })
}

const files = {
  raw: { type: 'application/octet-stream', ending: 'log' },
  text: { type: 'text/plain; charset=utf-8', ending: 'txt' },
  asciicast: { type: 'application/x-asciicast', ending: 'cast' },
} as const

/** `20261123T020000Z`: safe in a file name everywhere, and it sorts. */
function fileTime(at: number | null): string {
  if (at === null) return 'empty'
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

const by = ({ userId, email, address }: Principal) => ({ by: { id: userId, name: email, address } })

const about = (principal: Principal, device: DeviceRecord) => ({
  ...by(principal),
  projectId: device.projectId,
  deviceId: device.id,
  target: device.name,
})

function beyond(offset: number, end: number): AppError {
  return new AppError('bad-request', `History ends at ${end}; there is nothing at ${offset} yet.`)
}

function tooWide(): AppError {
  return new AppError(
    'bad-request',
    `A span for marks begins before it ends, and holds ${limits.historyReadBytes} bytes at most.`,
  )
}

function tooManyDownloads(): AppError {
  return new AppError(
    'try-later',
    `${downloadsAtOnce} downloads of yours are under way, and no more are done at once. Wait until one has ended.`,
    { retryAfter: 5 },
  )
}
