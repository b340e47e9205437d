import type { IncomingMessage } from 'node:http'
import { systemCode } from '../../base/errors.ts'
import { request } from '../../base/node-http.ts'
import { abortedCause, causeOfSystemError } from '../../console/causes.ts'
import { LinkError } from '../../console/transport.ts'
import { connectTls, type TlsTarget } from './tls.ts'

export interface Asked {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Path on this very service: whatever a service answers, its secrets go nowhere else. */
  path: string
  headers?: Record<string, string>
  body?: unknown
}

export interface Answered {
  status: number
  headers: IncomingMessage['headers']
  /** The body as JSON; undefined when there is none, or it is none. */
  body: unknown
}

/** A computer system with all its links is some 20 KB. */
const mostBytes = 1024 * 1024

/** One request on a connection of its own. Redirects are not followed. Rejects with LinkError; any status is an answer. */
export async function exchange(target: TlsTarget, asked: Asked): Promise<Answered> {
  const socket = await connectTls(target)
  try {
    return await overSocket(target, asked, socket)
  } finally {
    socket.destroy()
  }
}

function overSocket(
  { name, signal }: TlsTarget,
  { method, path, headers, body }: Asked,
  socket: Awaited<ReturnType<typeof connectTls>>,
): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const text = body === undefined ? undefined : JSON.stringify(body)
  const sent = request({
    method,
    path,
    createConnection: () => socket,
    headers: {
      host: name,
      accept: 'application/json',
      // DSP0266 section 6.5.
      'odata-version': '4.0',
      connection: 'close',
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      ...headers,
    },
  })
  const fail = (error: unknown) => reject(inCauses(error, name))
  const abort = () => {
    fail(new LinkError(abortedCause(name)))
    sent.destroy()
  }
  signal.addEventListener('abort', abort, { once: true })
  sent.once('close', () => signal.removeEventListener('abort', abort))
  sent.once('error', fail)
  // Else it would be neither an answer nor an error, and nothing would ever end.
  sent.once('upgrade', () => fail(noHttp(name)))
  sent.once('response', (response) => {
    readAll(response, name).then(
      (read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed(read) }),
      fail,
    )
  })
  sent.end(text)
  return promise
}

function inCauses(error: unknown, name: string): LinkError {
  if (error instanceof LinkError) return error
  return systemCode(error).startsWith('HPE_')
    ? noHttp(name, error)
    : new LinkError(causeOfSystemError(error, name), { cause: error })
}

const noHttp = (name: string, cause?: unknown): LinkError =>
  new LinkError({ code: 'protocol', message: `${name} does not speak HTTP as it should.` }, { cause })

async function readAll(response: IncomingMessage, name: string): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of response) {
    const bytes = Buffer.from(piece)
    size += bytes.length
    if (size > mostBytes)
      throw new LinkError({ code: 'protocol', message: `${name} answers without end: more than 1 MiB.` })
    pieces.push(bytes)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
