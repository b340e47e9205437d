import type { Device, DeviceSettings } from '../../../server/contract/devices.ts'
import type { DeviceSecretName, TransportConfig, TransportKind } from '../../../server/contract/transports.ts'

/**
 * The form as a person fills it: one flat set of transport fields for all kinds, so that the address stays when the kind changes.
 * Numbers are as the inputs give them: a number, or the text that is not one.
 */
export interface Values {
  projectId: string
  name: string
  description: string
  tags: string[]
  address: string
  enabled: boolean
  transport: TransportValues
  secrets: Record<DeviceSecretName, string>
  /** Kept credentials to forget. */
  forget: DeviceSecretName[]
  settings: {
    writerIdleMinutes: number | string
    logoutOnDetach: boolean
    size: { rows: number | string; cols: number | string }
  }
}

export interface TransportValues {
  kind: TransportKind
  host: string
  port: number | string
  username: string
  preset: string
  startCommand: string
  legacyAlgorithms: boolean
  hostKey: string
  cipherSuite: string
  privilege: string
  staleSession: string
  setSerial: boolean
  baud: string
  dataBits: string
  parity: string
  stopBits: string
  dtr: boolean
  rts: boolean
  path: string
  flowControl: string
  /** One argument in each line. */
  argv: string
  scene: string
}

const defaultPorts: Partial<Record<TransportKind, number>> = { ssh: 22, 'ipmi-sol': 623, telnet: 23 }

const emptyTransport: TransportValues = {
  kind: 'ipmi-sol',
  host: '',
  port: 623,
  username: '',
  preset: 'none',
  startCommand: '',
  legacyAlgorithms: false,
  hostKey: '',
  cipherSuite: '17',
  privilege: 'administrator',
  staleSession: 'if-ours',
  setSerial: false,
  baud: '115200',
  dataBits: '8',
  parity: 'none',
  stopBits: '1',
  dtr: true,
  rts: true,
  path: '',
  flowControl: 'none',
  argv: '',
  scene: 'box',
}

const noSecrets: Values['secrets'] = { password: '', privateKey: '', passphrase: '' }
const defaultSettings: DeviceSettings = {
  writerIdleMinutes: 10,
  logoutOnDetach: false,
  size: { rows: 24, cols: 80 },
}

export function emptyValues(projectId: string): Values {
  return {
    projectId,
    name: '',
    description: '',
    tags: [],
    address: '',
    enabled: true,
    transport: emptyTransport,
    secrets: noSecrets,
    forget: [],
    settings: defaultSettings,
  }
}

export function valuesOf(device: Device): Values {
  const { projectId, name, description, tags, address, enabled, transport, settings } = device
  return {
    projectId,
    name,
    description,
    tags,
    address: address ?? '',
    enabled,
    transport: transportValues(transport),
    secrets: noSecrets,
    forget: [],
    settings,
  }
}

function transportValues(transport: TransportConfig): TransportValues {
  const { kind, ...fields } = transport
  const values: TransportValues = { ...emptyTransport, kind, port: defaultPorts[kind] ?? '' }
  if ('serial' in fields && fields.serial) {
    const { serial, ...rest } = fields
    return { ...values, ...inputs({ ...rest, ...serial }), setSerial: true }
  }
  return { ...values, ...inputs(fields) }
}

/** Numbers other than ports come from lists, whose values are texts; arguments stand one to a line. */
function inputs(fields: Record<string, unknown>): Partial<TransportValues> {
  const entries = Object.entries(fields).map(([name, value]) => {
    if (Array.isArray(value)) return [name, value.join('\n')]
    return [name, typeof value === 'number' && name !== 'port' ? String(value) : value]
  })
  return Object.fromEntries(entries)
}

/** Another kind of transport. A port that was only the old kind's default becomes the new one's. */
export function withKind(values: TransportValues, kind: TransportKind): TransportValues {
  const own = values.port !== '' && values.port !== defaultPorts[values.kind]
  return { ...values, kind, port: own ? values.port : (defaultPorts[kind] ?? '') }
}

/** Whether credentials kept for one would go somewhere else with the other: the gateway then wants them given anew. */
export function leadsElsewhere(one: TransportValues, other: TransportValues): boolean {
  const where = ({ kind, host, port, username }: TransportValues) =>
    [kind, host.trim(), String(port), username].join('\n')
  return where(one) !== where(other)
}
