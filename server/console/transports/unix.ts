import { openSocket } from '../socket-link.ts'
import type { Transport } from '../transport.ts'

/** A stream socket of unix(7) on the gateway, as QEMU, conserver and many hypervisors offer for a guest's serial port. */
export const unixTransport: Transport<'unix'> = {
  kind: 'unix',
  open: ({ config, events, signal }) =>
    openSocket({ to: { path: config.path }, target: config.path, signal, events }),
}
