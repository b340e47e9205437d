import type { Express } from 'express'
import { demand, demandOwnPassword } from '../access/can.ts'
import type { Audit } from '../audit/audit.ts'
import { AppError, notFound } from '../base/errors.ts'
import type { Consoles } from '../console/consoles.ts'
import { historyQuery } from '../contract/history.ts'
import { limits } from '../contract/limits.ts'
import { paths, routes } from '../contract/routes.ts'
import type { Devices } from '../devices/devices.ts'
import { decode } from './decode.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { authenticate, type GateOptions, signInRequired } from './gate.ts'

/** `GET /api/devices/:id/history`: what the console printed, as raw bytes. Never shown by a browser as a page: it is a download. */
export function mountHistory(
  app: Express,
  { devices, consoles, audit }: { devices: Devices; consoles: Consoles; audit: Audit },
  gate: GateOptions,
): void {
  app.get(paths.history, async (request, response) => {
    const principal = await authenticate(request, gate)
    if (principal === undefined) throw signInRequired()
    demandOwnPassword(principal)
    const device = devices.find(String(request.params.id))
    const console = consoles.get(String(request.params.id))
    if (device === undefined || console === undefined) throw notFound()
    demand(principal, 'console.watch', { kind: 'device', projectId: device.projectId })
    const { from, limit } = decode(historyQuery, request.query, 'query')
    const slice = await console.readHistory(from, limit ?? limits.historyReadBytes)
    if (slice.kind === 'gone') {
      throw new AppError(
        'history-gone',
        `History from ${from} has been removed by age or size; it is held from ${slice.heldFrom} on.`,
      )
    }
    await audit.recordOrLog({
      action: 'history.read',
      by: { id: principal.userId, name: principal.email, address: principal.address },
      projectId: device.projectId,
      deviceId: device.id,
      target: device.name,
      detail: { from: slice.from, bytes: slice.bytes.length },
    })
    response.set({
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${device.name}-${slice.from}.log"`,
      'Lifeline-Offset': String(slice.from),
      'Lifeline-End': String(slice.end),
    })
    response.end(slice.bytes)
  })
}

/** Places and the time line. */
export function historyEndpoints(): Endpoint[] {
  const soon = async (): Promise<never> => {
    throw new AppError('try-later', 'This part of history is not answered yet.')
  }
  return [endpoint(routes.historyPosition, soon), endpoint(routes.historyOverview, soon)]
}
