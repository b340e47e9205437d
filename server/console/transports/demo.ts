import { type Clock, systemClock } from '../../base/clock.ts'
import { abortedCause } from '../causes.ts'
import { Box } from '../demo/box.ts'
import { Chatterbox } from '../demo/chatterbox.ts'
import { startShell } from '../demo/shell.ts'
import { type Link, LinkError, type Transport } from '../transport.ts'

/** Devices to try things on that ship with the product. Each link is a device of its own, switched on with it and off with it. */
export const createDemoTransport = (clock: Clock): Transport<'demo'> => ({
  kind: 'demo',
  async open({ config, events, signal }): Promise<Link> {
    if (signal.aborted) throw new LinkError(abortedCause('The demo device'))
    const parts = { clock, print: events.data, startShell }
    const device = config.scene === 'box' ? new Box(parts) : new Chatterbox(parts)
    device.switchOn()
    return device
  },
})

export const demoTransport = createDemoTransport(systemClock)
