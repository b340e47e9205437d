import type { TransportKind } from '../../../server/contract/transports.ts'
import type { DeviceSocket } from '../../lab/device-socket.ts'
import type { FarEnd } from './contract.ts'
import type { Target } from './opened.ts'

/** A far end whose device is a socket in this process, however the bytes get there. */
export function farEndAt<K extends TransportKind>(
  device: DeviceSocket,
  target: Target<K>,
  more: Partial<FarEnd<K>> = {},
): FarEnd<K> {
  return {
    target,
    ready: () => device.joined(),
    typed: device.received,
    print: device.print,
    pause: device.pause,
    resume: device.resume,
    hangUp: device.hangUp,
    close: device.close,
    ...more,
  }
}
