import type { IncomingMessage } from 'node:http'
import type { RawData, WebSocket } from 'ws'
import { demand, type Principal } from '../access/can.ts'
import type { Clock } from '../base/clock.ts'
import { AppError, notFound } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { type AgentMessage, agentFrameBytes, readFrame, writeFrame } from '../contract/agent/socket.ts'
import { closeCodes } from '../contract/console.ts'
import { paths } from '../contract/routes.ts'
import type { Devices } from '../devices/devices.ts'
import type { SeatedAgent } from '../inject/agent-seat.ts'
import type { Pushes } from '../inject/pushes.ts'
import type { SshPasswords } from '../recover/ssh-passwords.ts'
import type { ConsoleSocket } from './console-socket.ts'
import { toAppError } from './errors.ts'
import { FramePace } from './frame-pace.ts'
import type { GateOptions } from './gate.ts'
import { heartbeat } from './heartbeat.ts'
import type { LivePrincipals } from './live-principals.ts'
import { seenDevices } from './push-view.ts'
import { admitUpgrade, closeAll, createSocketServer, refuseUpgrade } from './upgrade.ts'

export interface AgentSocketOptions extends GateOptions {
  pushes: Pushes
  sshPasswords: SshPasswords
  devices: Pick<Devices, 'find'>
  principals: LivePrincipals
  clock: Clock
  log: Log
}

type Seat = Awaited<ReturnType<Pushes['seatFor']>>

const patternOf = (path: string) => new RegExp(`^${path.replace(':id', '([^/]+)')}$`)
const pushPath = patternOf(paths.pushAgent)
const passwordPath = patternOf(paths.passwordAgent)

/** Whether this is the path of an agent's socket. */
export const isAgentPath = (path: string): boolean => pushPath.test(path) || passwordPath.test(path)

/** Ties the ssh agent of whoever ordered a push, or a new root password, to it. */
export function createAgentSocket(options: AgentSocketOptions): ConsoleSocket {
  const { clock, log } = options
  const server = createSocketServer(agentFrameBytes)
  let ending = false
  return {
    async upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      try {
        if (ending) throw stopping()
        const { principal, seat } = await admitAgent(request, options)
        if (socket.destroyed) return
        server.handleUpgrade(request, socket, head, (websocket) =>
          attach(websocket, principal, seat, options),
        )
      } catch (error) {
        refuseUpgrade(socket, toAppError(error, log))
      }
    },
    refuseMore() {
      ending = true
    },
    async close() {
      await closeAll(server, clock)
      server.close()
    },
  }
}

async function admitAgent(
  request: IncomingMessage,
  options: AgentSocketOptions,
): Promise<{ principal: Principal; seat: Seat }> {
  const principal = await admitUpgrade(request, options)
  const path = URL.parse(request.url ?? '', 'http://gateway')?.pathname ?? ''
  const device = passwordPath.exec(path)?.[1]
  if (device !== undefined) return { principal, seat: passwordSeat(device, principal, options) }
  return { principal, seat: await pushSeat(pushPath.exec(path)?.[1] ?? '', principal, options) }
}

async function pushSeat(
  id: string,
  principal: Principal,
  { pushes, devices }: AgentSocketOptions,
): Promise<Seat> {
  const state = await pushes.find(id)
  if (state === undefined || seenDevices(state, principal, devices).length === 0) throw notFound()
  return pushes.seatFor(id, principal)
}

function passwordSeat(id: string, principal: Principal, { sshPasswords, devices }: AgentSocketOptions): Seat {
  const device = devices.find(id)
  if (device === undefined) throw notFound()
  demand(principal, 'device.view', { kind: 'device', projectId: device.projectId })
  return sshPasswords.seatFor(id, principal)
}

function attach(socket: WebSocket, principal: Principal, seat: Seat, options: AgentSocketOptions): void {
  const { clock, log, principals } = options
  // A frame that breaks the protocol surfaces here and ends the socket; `close` follows.
  socket.on('error', (error) => log.debug({ error: error.message }, 'the socket of an agent failed'))
  const tell = (message: AgentMessage) => {
    socket.send(JSON.stringify(message))
    if (message.type === 'bye') socket.close(byeCodes[message.code])
  }
  let seated: SeatedAgent
  try {
    seated = seat.attach({ tell, frame: (talk, message) => socket.send(writeFrame(talk, message)) })
  } catch (error) {
    // After the upgrade, since few clients can read why an upgrade was refused.
    tell({ type: 'bye', code: 'taken', message: toAppError(error, log).message })
    return
  }
  const beat = heartbeat(socket, clock)
  const pace = new FramePace(socket, clock)
  const live = principals.add({
    principal,
    renewed: (now) => now ?? tell({ type: 'bye', code: 'revoked', message: revoked }),
  })
  socket.on('message', (data, binary) => {
    pace.frame()
    const frame = binary ? readFrame(bytesOf(data)) : undefined
    if (frame !== undefined && seated.answered(frame.talk, frame.message)) return
    seated.lost()
    tell({ type: 'bye', code: 'bad-frame', message: badFrame })
  })
  socket.on('close', () => {
    beat.cancel()
    pace.close()
    live.remove()
    seated.lost()
  })
}

const bytesOf = (data: RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)])

const byeCodes: Record<Extract<AgentMessage, { type: 'bye' }>['code'], number> = {
  ended: 1000,
  taken: closeCodes.tooMany,
  revoked: closeCodes.revoked,
  'bad-frame': closeCodes.badFrame,
}

const revoked = 'Your session or token has ended. Sign in again, and try the push again.'
const badFrame =
  'That was no answer to anything that was asked. Is this program the one that goes with this gateway?'

function stopping(): AppError {
  return new AppError('try-later', 'The gateway is stopping. Come back in a moment.', { retryAfter: 5 })
}
