import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { can, demand, type Principal } from '../access/can.ts'
import type { Clock } from '../base/clock.ts'
import type { Closable } from '../base/closing.ts'
import { AppError, notFound } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Attachment, Console, ViewerPermissions } from '../console/console.ts'
import { attachQuery, clientMessage, closeCodes } from '../contract/console.ts'
import { limits } from '../contract/limits.ts'
import { paths } from '../contract/routes.ts'
import type { Output } from '../contract/schema.ts'
import { sendMessage, socketSink } from './console-sink.ts'
import { demandOwnHost } from './cross-site.ts'
import { decode } from './decode.ts'
import { toAppError } from './errors.ts'
import { FramePace } from './frame-pace.ts'
import type { GateOptions } from './gate.ts'
import { heartbeat } from './heartbeat.ts'
import type { LiveViewers } from './live-viewers.ts'
import { admitUpgrade, closeAll, createSocketServer, refuseUpgrade } from './upgrade.ts'

export interface ConsoleSocketOptions extends GateOptions {
  /** The console of a device and the project that decides who may, or undefined when there is no such device. */
  find(deviceId: string): { console: Console; projectId: string } | undefined
  live: LiveViewers
  clock: Clock
  log: Log
}

/** Beyond this a frame ends the socket (RFC 6455 1009); between it and limits.inputFrameBytes it is answered and dropped. */
const hardFrameBytes = 1024 * 1024

/** `GET /api/devices/:id/console`: admits, upgrades and ties a WebSocket to a console. */
export function createConsoleSocket(options: ConsoleSocketOptions): ConsoleSocket {
  const server = createSocketServer(hardFrameBytes)
  let ending = false
  return {
    async upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      try {
        if (ending)
          throw new AppError('try-later', 'The gateway is stopping. Come back in a moment.', {
            retryAfter: 5,
          })
        const admitted = await admitViewer(request, options)
        if (socket.destroyed) return
        server.handleUpgrade(request, socket, head, (websocket) => {
          attach({ socket: websocket, stream: socket }, admitted, options)
        })
      } catch (error) {
        refuseUpgrade(socket, toAppError(error, options.log))
      }
    },
    refuseMore() {
      ending = true
    },
    async close() {
      await closeAll(server, options.clock)
      server.close()
    },
  }
}

export interface ConsoleSocket extends Closable {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
  /** Takes no new viewers. Those attached stay, to be told goodbye by their consoles. */
  refuseMore(): void
}

interface Admitted {
  principal: Principal
  projectId: string
  console: Console
  query: Output<typeof attachQuery>
}

const consolePath = new RegExp(`^${paths.console.replace(':id', '([^/]+)')}$`)

async function admitViewer(request: IncomingMessage, options: ConsoleSocketOptions): Promise<Admitted> {
  const url = URL.parse(request.url ?? '', 'http://gateway')
  const deviceId = consolePath.exec(url?.pathname ?? '')?.[1]
  if (url === null || deviceId === undefined) {
    demandOwnHost(request, options.names)
    throw notFound()
  }
  const principal = await admitUpgrade(request, options)
  const found = options.find(deviceId)
  if (found === undefined) throw notFound()
  demand(principal, 'console.watch', { kind: 'device', projectId: found.projectId })
  return { principal, ...found, query: decode(attachQuery, Object.fromEntries(url.searchParams), 'query') }
}

/** What the principal may do on that console now. */
export function permissionsOf(principal: Principal, projectId: string): ViewerPermissions {
  const device = { kind: 'device', projectId } as const
  return {
    write: can(principal, 'console.write', device) === 'yes',
    break: can(principal, 'console.break', device) === 'yes',
    force: can(principal, 'console.force', device) === 'yes',
  }
}

function attach(
  { socket, stream }: { socket: WebSocket; stream: Duplex },
  admitted: Admitted,
  options: ConsoleSocketOptions,
): void {
  const { principal, projectId, console, query } = admitted
  let attachment: Attachment | undefined
  // A frame that breaks the protocol surfaces here and ends the socket; `close` follows.
  socket.on('error', (error) => options.log.debug({ error: error.message }, 'a console socket failed'))
  const { userId: id, name, email, address } = principal
  const pace = new FramePace(socket, options.clock)
  try {
    attachment = console.attach({
      actor: { id, name, email, address },
      permissions: permissionsOf(principal, projectId),
      watchOnly: query.watch === '1',
      from: query.from,
      screen: query.screen === '1',
      flow: query.flow === 'ack' ? 'ack' : 'sink',
      sink: socketSink(socket, {
        stream,
        attachment: () => attachment,
        sent: (bytes) => pace.sent(bytes),
      }),
    })
  } catch (error) {
    // After the upgrade, since a browser cannot read why an upgrade was refused.
    sayError(socket, toAppError(error, options.log))
    socket.close(closeCodes.tooMany)
    return
  }
  const attached = attachment
  const beat = heartbeat(socket, options.clock)
  const live = options.live.add({ principal, projectId, deviceId: console.deviceId, attachment: attached })
  socket.on('message', (data, binary) => {
    live.active()
    receive({ socket, attached, pace, log: options.log }, data, binary)
  })
  socket.on('close', () => {
    beat.cancel()
    pace.close()
    live.remove()
    attached.detach()
  })
}

interface Receiver {
  socket: WebSocket
  attached: Attachment
  pace: FramePace
  log: Log
}

function receive({ socket, attached, pace, log }: Receiver, data: RawData, binary: boolean): void {
  const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)])
  try {
    const offset = binary ? undefined : acknowledged(bytes)
    if (offset !== undefined) {
      pace.ack()
      return void attached.message({ type: 'ack', offset })
    }
    pace.frame()
    if (bytes.length > limits.inputFrameBytes) {
      throw new AppError(
        'too-large',
        `A frame of ${bytes.length} bytes is larger than the ${limits.inputFrameBytes} a console takes; none of it was sent. Send it in smaller frames.`,
      )
    }
    if (binary) return void attached.input(bytes)
    const message = readMessage(bytes)
    if (message.type !== 'ack') pace.message()
    attached.message(message)
  } catch (error) {
    sayError(socket, toAppError(error, log))
  }
}

/** What a flood's viewer says thousands of times a second is read without the work that other messages take. */
const plainAck = /^\{"type":"ack","offset":(\d{1,15})\}$/

function acknowledged(bytes: Buffer): number | undefined {
  const ack = bytes.length < 50 ? plainAck.exec(bytes.toString('latin1')) : null
  return ack === null ? undefined : Number(ack[1])
}

function readMessage(bytes: Buffer): Output<typeof clientMessage> {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new AppError(
      'bad-json',
      'A text frame must be a JSON control message; bytes for the device go in binary frames.',
      { cause },
    )
  }
  return decode(clientMessage, value, 'message')
}

function sayError(socket: WebSocket, error: AppError): void {
  sendMessage(socket, { type: 'error', code: error.code, message: error.message })
}
