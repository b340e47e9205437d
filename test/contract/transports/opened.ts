import { createLog } from '../../../server/base/log.ts'
import { Secret } from '../../../server/base/secret.ts'
import { type Link, LinkError, type OpenRequest, type Transport } from '../../../server/console/transport.ts'
import type { Cause } from '../../../server/contract/line.ts'
import type { DeviceSecretName, TransportKind, TransportOf } from '../../../server/contract/transports.ts'

/** What is opened, and how. */
export interface Target<K extends TransportKind = TransportKind> {
  transport: Transport<K>
  config: TransportOf<K>
  secrets?: Partial<Record<DeviceSecretName, string>>
  signal?: AbortSignal
  allowLocalTargets?: boolean
}

/** A link, and all that came of it. */
export interface Opened {
  link: Link
  /** All that the device printed so far. */
  printed(): Buffer
  /** How many bytes that is, without gathering them. */
  printedBytes(): number
  /** Resolves with the cause when the link closes by itself. */
  closed: Promise<Cause>
  /** Every event but data, in order. */
  events: string[]
  /** Events that came after `close` was called, data too. */
  late: string[]
  close(): Promise<void>
  logged(): string
}

/** Opens a link as a line would. */
export async function open<K extends TransportKind>(target: Target<K>): Promise<Opened> {
  const chunks: Uint8Array[] = []
  const [events, late, lines]: [string[], string[], string[]] = [[], [], []]
  const { promise: closed, resolve } = Promise.withResolvers<Cause>()
  let length = 0
  let closing = false
  const note = (event: string) => (closing ? late : events).push(event)
  const request: OpenRequest<K> = {
    config: target.config,
    secrets: Object.fromEntries(
      Object.entries(target.secrets ?? {}).map(([name, value]) => [name, new Secret(value)]),
    ),
    events: {
      data(bytes) {
        chunks.push(Uint8Array.from(bytes))
        length += bytes.length
        if (closing) late.push('data')
      },
      lost: (bytes) => note(`lost ${bytes}`),
      closed(cause) {
        note('closed')
        resolve(cause)
      },
    },
    signal: target.signal ?? AbortSignal.timeout(20_000),
    log: createLog('debug', { write: (line) => lines.push(line) }),
    allowLocalTargets: target.allowLocalTargets ?? true,
  }
  const link = await target.transport.open(request)
  return {
    link,
    printed: () => Buffer.concat(chunks),
    printedBytes: () => length,
    closed,
    events,
    late,
    close() {
      closing = true
      return link.close()
    },
    logged: () => lines.join(''),
  }
}

/** The cause with which opening fails; throws when it does not fail, or not with LinkError. */
export async function refusal<K extends TransportKind>(target: Target<K>): Promise<Cause> {
  try {
    const opened = await open(target)
    await opened.close()
  } catch (error) {
    if (error instanceof LinkError) return error.reason
    throw error
  }
  throw new Error('The link was opened.')
}

/** What `typeUntilTold` types, over and over. */
export const typedPiece = Buffer.from(
  Array.from({ length: 64 * 1024 }, (_, at) => (at * 7 + (at >> 8) * 13) & 255),
)

/** Types until the link says for good that it is enough; how many bytes that took. */
export async function typeUntilTold({ link }: Opened): Promise<number> {
  // Buffers on the way fill first, between turns; none is as large as this.
  for (let written = typedPiece.length; written <= 256 * 1024 * 1024; written += typedPiece.length) {
    if (!link.write(typedPiece) && !(await drainsWithin(link, 300))) return written
  }
  throw new Error('The link never asked to wait.')
}

async function drainsWithin(link: Link, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(late.resolve, ms, false)
  const drained = await Promise.race([link.drained().then(() => true), late.promise])
  clearTimeout(timer)
  return drained
}
