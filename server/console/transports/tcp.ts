import { openTcp } from '../tcp-link.ts'
import type { Transport } from '../transport.ts'

/** A TCP port that is the serial line itself, with nothing in between (ser2net `tcp`, terminal servers' "raw" ports). */
export const tcpTransport: Transport<'tcp'> = { kind: 'tcp', open: openTcp }
