import { useParams } from '@tanstack/react-router'
import type { Device } from '../../../server/contract/devices.ts'
import { DevicePage } from '../parts/device-page.tsx'
import { commandsFor } from './commands.ts'
import { ConfigSection } from './config-section.tsx'
import { HostKeysSection } from './host-keys-section.tsx'
import { NoAddress } from './no-address.tsx'
import { PuttySection } from './putty-section.tsx'
import { TerminalSection } from './terminal-section.tsx'

/** How somebody with a key on a device comes to it from their own computer. */
export function ConnectPage() {
  const { id } = useParams({ from: '/app/devices/$id/connect' })
  return (
    <DevicePage
      id={id}
      title={(name) => `Connect to ${name}`}
      description="Ready to copy, for the ssh that you have. Log in as root with the private half of a key that is on the machine."
    >
      {(device) => <Ways device={device} />}
    </DevicePage>
  )
}

function Ways({ device }: { device: Device }) {
  const commands =
    device.address === null ? null : commandsFor({ name: device.name, address: device.address })
  if (device.address === null || commands === null) return <NoAddress device={device} />
  return (
    <>
      <TerminalSection commands={commands} />
      <PuttySection address={device.address} name={device.name} commands={commands} />
      <ConfigSection name={device.name} commands={commands} />
      <HostKeysSection device={device} />
    </>
  )
}
