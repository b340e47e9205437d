/**
 * What ssh2 can do and knows but does not offer: answering and sending requests that it has no method for, the host's signature.
 * Everything here looks before it leaps: with another version of ssh2 it does nothing, and the tests against real servers say so.
 */

interface PacketWriter {
  allocStart: number
  alloc(size: number): Buffer
  finalize(packet: Buffer): Buffer
}

interface Protocol {
  _kex: { sessionID: unknown; _hostKey: unknown; _sig: unknown } | undefined
  _packetRW: { write: PacketWriter }
  _cipher: { encrypt(packet: Buffer): void }
  /** Set while keys are exchanged: packets wait in the queue until that is over. */
  _kexinit: unknown
  _queue: Buffer[] | undefined
  _handlers: Record<string, unknown>
  requestFailure(): void
}

interface Channel {
  outgoing: { id: number; state: string }
  _callbacks: ((failed: boolean) => void)[]
  _client: { _protocol: Protocol }
}

const channelRequest = 98

/**
 * Sends a break request of `milliseconds` (RFC 4335 section 3). Resolves with whether the far end took it; an answer may never come.
 * Returns undefined when the channel is closed or the library has changed.
 */
export function requestBreak(channel: object, milliseconds: number): Promise<boolean> | undefined {
  if (!isChannel(channel) || channel.outgoing.state !== 'open') return undefined
  const protocol = channel._client._protocol
  const { write } = protocol._packetRW
  const body = breakRequest(channel.outgoing.id, milliseconds)
  const start = write.allocStart
  const packet = write.alloc(body.length)
  packet.set(body, start)
  const whole = write.finalize(packet)
  const answered = new Promise<boolean>((resolve) => channel._callbacks.push((failed) => resolve(!failed)))
  if (protocol._kexinit === undefined) protocol._cipher.encrypt(whole)
  else protocol._queue = [...(protocol._queue ?? []), whole]
  return answered
}

/**
 * Refuses every global request (RFC 4254 section 4) of the far end. The library would let it prove any number of host keys that
 * nobody asked for, and remember each until it is proven: memory without bound at the far end's wish.
 */
export function refuseGlobalRequests(client: object): void {
  if (!('_protocol' in client) || !isProtocol(client._protocol)) return
  client._protocol._handlers.GLOBAL_REQUEST = (protocol: Protocol, _name: string, wantReply: boolean) => {
    if (wantReply) protocol.requestFailure()
  }
}

/** That this session is with the holder of a host key: its signature over the session's identifier (RFC 4253 section 8). */
export interface SessionProof {
  hostKey: Buffer
  sessionId: Buffer
  /** With its algorithm, as it was sent. */
  signature: Buffer
}

/** While the host key is looked at: afterwards the library forgets both. Nothing when it has changed. */
export function hostSignature(client: object): Omit<SessionProof, 'sessionId'> | undefined {
  const { _hostKey: hostKey, _sig: signature } = kexOf(client)
  if (!Buffer.isBuffer(hostKey) || !Buffer.isBuffer(signature)) return undefined
  return { hostKey: Buffer.from(hostKey), signature: Buffer.from(signature) }
}

/** Identifier of the session, once the first key exchange is over. */
export function sessionId(client: object): Buffer | undefined {
  const { sessionID } = kexOf(client)
  return Buffer.isBuffer(sessionID) ? sessionID : undefined
}

function kexOf(client: object): NonNullable<Protocol['_kex']> {
  const nothing = { sessionID: undefined, _hostKey: undefined, _sig: undefined }
  return ('_protocol' in client && isProtocol(client._protocol) && client._protocol._kex) || nothing
}

function breakRequest(channel: number, milliseconds: number): Buffer {
  const type = 'break'
  const body = Buffer.alloc(1 + 4 + 4 + type.length + 1 + 4)
  let position = body.writeUInt8(channelRequest, 0)
  position = body.writeUInt32BE(channel, position)
  position = body.writeUInt32BE(type.length, position)
  position += body.write(type, position, 'latin1')
  position = body.writeUInt8(1, position)
  body.writeUInt32BE(milliseconds, position)
  return body
}

function isChannel(value: object): value is Channel {
  const channel = value as Partial<Channel>
  return (
    typeof channel.outgoing?.id === 'number' &&
    Array.isArray(channel._callbacks) &&
    isProtocol(channel._client?._protocol)
  )
}

function isProtocol(value: unknown): value is Protocol {
  const protocol = value as Partial<Protocol> | undefined
  return (
    typeof protocol?._packetRW?.write?.alloc === 'function' &&
    typeof protocol._packetRW.write.finalize === 'function' &&
    typeof protocol._cipher?.encrypt === 'function' &&
    typeof protocol._handlers === 'object' &&
    typeof protocol.requestFailure === 'function'
  )
}
