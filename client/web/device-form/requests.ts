import { type Device, editDevice, newDevice } from '../../../server/contract/devices.ts'
import { secretsUsed, transport } from '../../../server/contract/transports.ts'
import type { Body } from '../api/call.ts'
import { type Checked, check } from '../api/check.ts'
import type { TransportValues, Values } from './values.ts'

export function newDeviceRequest(values: Values): Checked<Body<'createDevice'>> {
  const { forget: _, ...rest } = values
  return check(newDevice, {
    ...rest,
    address: values.address.trim() === '' ? undefined : values.address,
    transport: transportOf(values.transport),
    secrets: secretsGiven(values),
  })
}

/** Names only what the form changed: what others change meanwhile stays. Credentials that the new transport cannot use are forgotten. */
export function editDeviceRequest(values: Values, device: Device): Checked<Body<'editDevice'>> {
  const { forget, ...rest } = values
  const unused = device.secretsKept.filter((name) => !secretsUsed[values.transport.kind].includes(name))
  const forgotten = Object.fromEntries([...forget, ...unused].map((name) => [name, null]))
  const checked = check(editDevice, {
    ...rest,
    address: values.address.trim() === '' ? null : values.address,
    transport: transportOf(values.transport),
    secrets: { ...forgotten, ...secretsGiven(values) },
  })
  return checked.ok ? { ok: true, request: changes(checked.request, device) } : checked
}

type Edit = NonNullable<Body<'editDevice'>>

function changes(edit: Edit, device: Device): Edit {
  // Both sides come from the same schemas, so that their fields stand in the same order.
  const changed = Object.entries(edit).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(device[name as keyof Device] ?? null),
  )
  const { secrets, ...rest }: Edit = Object.fromEntries(changed)
  return secrets && Object.keys(secrets).length > 0 ? { ...rest, secrets } : rest
}

export function testRequest(values: Values, deviceId?: string): Checked<Body<'testConnection'>> {
  const read = check(transport, transportOf(values.transport), ['transport'])
  if (!read.ok) return read
  const { projectId } = values
  const about = deviceId === undefined ? { projectId } : { projectId, deviceId }
  return { ok: true, request: { ...about, transport: read.request, secrets: secretsGiven(values) } }
}

/** Only the fields of the chosen kind, in the contract's types. Texts that are no numbers stay, for the schema to refuse. */
function transportOf(values: TransportValues): unknown {
  const { kind, host, port, username, path } = values
  switch (kind) {
    case 'ssh':
      return {
        kind,
        host,
        port,
        username,
        preset: values.preset,
        startCommand: optional(values.startCommand),
        legacyAlgorithms: values.legacyAlgorithms,
        hostKey: optional(values.hostKey),
      }
    case 'ipmi-sol': {
      const { privilege, staleSession } = values
      return { kind, host, port, username, cipherSuite: Number(values.cipherSuite), privilege, staleSession }
    }
    case 'telnet': {
      const serial = values.setSerial ? { ...serialOf(values), dtr: values.dtr, rts: values.rts } : undefined
      return { kind, host, port, serial }
    }
    case 'tcp':
      return { kind, host, port }
    case 'unix':
      return { kind, path }
    case 'tty':
      return { kind, path, ...serialOf(values), flowControl: values.flowControl }
    case 'command':
      return { kind, argv: values.argv.split('\n').filter((line) => line !== '') }
    case 'demo':
      return { kind, scene: values.scene }
  }
}

function serialOf({ baud, dataBits, parity, stopBits }: TransportValues) {
  return { baud: Number(baud), dataBits: Number(dataBits), parity, stopBits: Number(stopBits) }
}

function secretsGiven({ secrets, transport }: Values): Partial<Values['secrets']> {
  const used = secretsUsed[transport.kind].filter((name) => secrets[name] !== '')
  return Object.fromEntries(used.map((name) => [name, secrets[name]]))
}

function optional(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim()
}
