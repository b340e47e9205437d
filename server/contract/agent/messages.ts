import { concat, WireReader, wireName, wireString, wireUint32 } from '../public-key/wire.ts'

/** Longer messages OpenSSH's agent does not take either (AGENT_MAX_LEN). */
export const agentMessageBytes = 256 * 1024

const number = {
  failure: 5,
  success: 6,
  requestIdentities: 11,
  identitiesAnswer: 12,
  signRequest: 13,
  signResponse: 14,
  extension: 27,
} as const

const sessionBind = 'session-bind@openssh.com'

/** Which signature an RSA key is to make (draft-ietf-sshm-ssh-agent, section 3.6.1). Other keys know one only. */
export const rsaFlags = { 'rsa-sha2-256': 2, 'rsa-sha2-512': 4 } as const

/** All that the gateway ever asks of an agent. Nothing here adds, removes, locks or unlocks a key. */
export type AgentRequest =
  | { kind: 'identities' }
  | { kind: 'sign'; blob: Uint8Array; data: Uint8Array; flags: number }
  /** Binds what follows in this talk to one SSH session: its host's key has signed its identifier (OpenSSH, PROTOCOL.agent section 1). */
  | { kind: 'bind'; hostKey: Uint8Array; sessionId: Uint8Array; signature: Uint8Array }

export interface AgentKey {
  /** The key in the form of RFC 4253 section 6.6. */
  blob: Uint8Array
  /** Text of whoever made the key. */
  comment: Uint8Array
}

/** A message without its length: what goes before it depends on the way it takes. */
export function writeRequest(request: AgentRequest): Uint8Array {
  switch (request.kind) {
    case 'identities':
      return Uint8Array.of(number.requestIdentities)
    case 'sign': {
      const { blob, data, flags } = request
      const parts = [wireString(blob), wireString(data), wireUint32(flags)]
      return concat([Uint8Array.of(number.signRequest), ...parts])
    }
    case 'bind': {
      const { hostKey, sessionId, signature } = request
      const parts = [wireName(sessionBind), ...[hostKey, sessionId, signature].map(wireString)]
      // The last byte: it is no session through which the agent itself is forwarded.
      return concat([Uint8Array.of(number.extension), ...parts, Uint8Array.of(0)])
    }
  }
}

/** Nothing for every other request, and for one that is not whole or goes on after its end. */
export function readRequest(message: Uint8Array): AgentRequest | undefined {
  const reader = new WireReader(message)
  const type = reader.byte()
  const request =
    type === number.requestIdentities
      ? ({ kind: 'identities' } as const)
      : type === number.signRequest
        ? readSign(reader)
        : type === number.extension
          ? readBind(reader)
          : undefined
  return reader.left === 0 ? request : undefined
}

function readSign(reader: WireReader): AgentRequest | undefined {
  const [blob, data, flags] = [reader.string(), reader.string(), reader.uint32()]
  if (blob === undefined || data === undefined || flags === undefined) return undefined
  return { kind: 'sign', blob, data, flags }
}

function readBind(reader: WireReader): AgentRequest | undefined {
  if (reader.name() !== sessionBind) return undefined
  const [hostKey, sessionId, signature] = [reader.string(), reader.string(), reader.string()]
  if (hostKey === undefined || sessionId === undefined || signature === undefined) return undefined
  return reader.byte() === 0 ? { kind: 'bind', hostKey, sessionId, signature } : undefined
}

export const agentFailure = Uint8Array.of(number.failure)
export const agentSuccess = Uint8Array.of(number.success)

export const isSuccess = (message: Uint8Array): boolean =>
  message.length === 1 && message[0] === number.success

export function writeIdentities(keys: readonly AgentKey[]): Uint8Array {
  const each = keys.flatMap(({ blob, comment }) => [wireString(blob), wireString(comment)])
  return concat([Uint8Array.of(number.identitiesAnswer), wireUint32(keys.length), ...each])
}

/** Nothing where it is not such an answer. */
export function readIdentities(message: Uint8Array): AgentKey[] | undefined {
  const reader = new WireReader(message)
  if (reader.byte() !== number.identitiesAnswer) return undefined
  const count = reader.uint32() ?? 0
  const keys: AgentKey[] = []
  while (keys.length < count) {
    const [blob, comment] = [reader.string(), reader.string()]
    if (blob === undefined || comment === undefined) return undefined
    keys.push({ blob, comment })
  }
  return reader.left === 0 ? keys : undefined
}

/** A signature with its algorithm (RFC 4253 section 6.6), or nothing where it is not such an answer. */
export function readSignature(message: Uint8Array): { algorithm: string; bytes: Uint8Array } | undefined {
  const reader = new WireReader(message)
  if (reader.byte() !== number.signResponse) return undefined
  const whole = reader.string()
  return whole === undefined || reader.left > 0 ? undefined : splitSignature(whole)
}

export function splitSignature(whole: Uint8Array): { algorithm: string; bytes: Uint8Array } | undefined {
  const reader = new WireReader(whole)
  const [algorithm, bytes] = [reader.name(), reader.string()]
  if (algorithm === undefined || bytes === undefined || reader.left > 0) return undefined
  return { algorithm, bytes }
}
