import { concat, WireReader, wireUint32 } from '../public-key/wire.ts'
import { agentMessageBytes } from './messages.ts'

/**
 * The WebSocket at `paths.pushAgent`. The gateway asks and the caller's program answers, in talks: one for each SSH connection, since an
 * agent binds a connection of its own to one session. A binary frame is the number of its talk (uint32) and one message of the agent
 * protocol, without its length. Text frames are JSON from the gateway alone.
 */
export type AgentMessage =
  /** A new talk. `target` is `host:port`; who logs in there is `login`. All of it is the gateway's word. */
  | { type: 'open'; talk: number; device: string; target: string; login: string }
  | { type: 'close'; talk: number }
  /** The last message. */
  | { type: 'bye'; code: 'ended' | 'taken' | 'revoked' | 'bad-frame'; message: string }

export const agentFrameBytes = agentMessageBytes + 4

export function writeFrame(talk: number, message: Uint8Array): Uint8Array {
  return concat([wireUint32(talk), message])
}

/** Nothing where there is no message in it. */
export function readFrame(frame: Uint8Array): { talk: number; message: Uint8Array } | undefined {
  const talk = new WireReader(frame).uint32()
  return talk === undefined || frame.length < 5 ? undefined : { talk, message: frame.subarray(4) }
}
