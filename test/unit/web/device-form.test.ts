import { describe, expect, test } from 'vitest'
import { editDeviceRequest, newDeviceRequest, testRequest } from '../../../client/web/device-form/requests.ts'
import {
  emptyValues,
  leadsElsewhere,
  type Values,
  valuesOf,
  withKind,
} from '../../../client/web/device-form/values.ts'
import { type Device, newDevice } from '../../../server/contract/devices.ts'
import {
  type DeviceSecretName,
  type TransportConfig,
  type TransportKind,
  transport,
} from '../../../server/contract/transports.ts'
import { silentConsole } from '../silent-console.ts'

const project = 'prj_aaaaaaaaaaaaaaaaaaaa'
const deviceId = 'dev_aaaaaaaaaaaaaaaaaaaa'
const filled: Values = {
  ...emptyValues(project),
  name: 'web-1',
  transport: { ...emptyValues(project).transport, host: 'bmc', username: 'root' },
}

const serial = { baud: 9600, dataBits: 7, parity: 'even', stopBits: 2 } as const
const transports: TransportConfig[] = [
  transport.parse({
    kind: 'ssh',
    host: 'bmc',
    port: 2222,
    username: 'root',
    preset: 'idrac',
    startCommand: 'x',
    hostKey: `SHA256:${'a'.repeat(43)}`,
  }),
  transport.parse({ kind: 'ipmi-sol', host: 'bmc', username: 'root', cipherSuite: 3, staleSession: 'force' }),
  transport.parse({ kind: 'telnet', host: 'ts', port: 7001 }),
  transport.parse({ kind: 'telnet', host: 'ts', port: 7001, serial: { ...serial, dtr: false } }),
  transport.parse({ kind: 'tcp', host: 'ts', port: 7001 }),
  transport.parse({ kind: 'unix', path: '/run/vm.sock' }),
  transport.parse({ kind: 'tty', path: '/dev/ttyUSB0', ...serial, flowControl: 'rts-cts' }),
  transport.parse({ kind: 'command', argv: ['/bin/program', '-x', 'two words'] }),
  transport.parse({ kind: 'demo', scene: 'chatterbox' }),
]

function deviceWith(config: TransportConfig): Device {
  return {
    ...newDevice.parse({
      projectId: project,
      name: 'web-1',
      transport: config,
      description: 'd',
      address: '10.0.0.1',
    }),
    id: deviceId,
    projectName: 'p',
    address: '10.0.0.1',
    secretsKept: [],
    createdAt: 0,
    updatedAt: 0,
    may: {
      edit: true,
      delete: true,
      write: true,
      break: true,
      force: true,
      reconnect: true,
      setPassword: true,
    },
    console: silentConsole,
  }
}

function holding(...secretsKept: DeviceSecretName[]): Device {
  return { ...deviceWith(transport.parse({ kind: 'ssh', host: 'bmc', username: 'root' })), secretsKept }
}

describe('the form', () => {
  test.each(transports)('gives back a transport of kind $kind as it was', (config) => {
    const values = valuesOf(deviceWith(config))
    expect(testRequest(values)).toMatchObject({ ok: true, request: { transport: config } })
  })

  test.each(transports)('changes nothing of a device of kind $kind that was only looked at', (config) => {
    const device = deviceWith(config)
    expect(editDeviceRequest(valuesOf(device), device)).toEqual({ ok: true, request: {} })
  })

  test('names only what was changed, a transport and settings as a whole', () => {
    const device = deviceWith(transport.parse({ kind: 'tcp', host: 'ts', port: 7001 }))
    const values = valuesOf(device)
    const edited = editDeviceRequest(
      {
        ...values,
        description: ' new ',
        address: '',
        transport: { ...values.transport, port: 7002 },
        settings: { ...values.settings, writerIdleMinutes: 0 },
      },
      device,
    )
    expect(edited).toEqual({
      ok: true,
      request: {
        description: 'new',
        address: null,
        transport: { kind: 'tcp', host: 'ts', port: 7002 },
        settings: { writerIdleMinutes: 0, logoutOnDetach: false, size: { rows: 24, cols: 80 } },
      },
    })
  })

  test.each<TransportKind>(['ssh', 'ipmi-sol', 'telnet', 'tcp', 'unix', 'tty', 'command', 'demo'])(
    'sends nothing of other kinds with %s',
    (kind) => {
      const every = {
        ...withKind(filled.transport, kind),
        port: 7,
        path: '/dev/x',
        argv: '/bin/x',
        hostKey: '',
      }
      const made = newDeviceRequest({ ...filled, transport: every })
      expect(made.ok && transport.parse(made.request.transport)).toEqual(made.ok && made.request.transport)
      expect(made.ok && made.request.transport.kind).toBe(kind)
    },
  )

  test('puts each mistake at its field, in words for people', () => {
    const wrong = newDeviceRequest({
      ...filled,
      name: 'Web 1',
      transport: { ...filled.transport, host: '', port: '', username: '' },
      settings: { writerIdleMinutes: 10, logoutOnDetach: false, size: { rows: 1, cols: 80 } },
    })
    expect(wrong).toEqual({
      ok: false,
      errors: {
        name: 'Must be 1 to 63 lower-case letters, digits or hyphens, with a letter or digit at both ends',
        'transport.host': 'Must be a host name, an IPv4 or an IPv6 address, without port or brackets',
        'transport.port': 'Must be a number',
        'transport.username': 'Must not be empty',
        'settings.size.rows': 'Must be at least 5',
      },
    })
  })

  test('leaves out what is left empty, and asks to forget what is to be forgotten', () => {
    const secrets = { password: 'new', privateKey: '', passphrase: '' }
    const made = newDeviceRequest({ ...filled, secrets })
    expect(made.ok && made.request).toMatchObject({ secrets: { password: 'new' } })
    expect(made.ok && 'address' in made.request && made.request.address !== undefined).toBe(false)
    const ssh = { ...filled, transport: { ...filled.transport, kind: 'ssh' as const } }
    const edited = editDeviceRequest(
      { ...ssh, secrets, forget: ['passphrase'] },
      holding('password', 'passphrase'),
    )
    expect(edited.ok && edited.request?.secrets).toEqual({ password: 'new', passphrase: null })
  })

  test('forgets credentials that the new kind of transport cannot use', () => {
    const edited = editDeviceRequest(filled, holding('password', 'privateKey'))
    expect(edited.ok && edited.request?.secrets).toEqual({ privateKey: null })
  })

  test('never sends a credential that the kind cannot use, though it was typed', () => {
    const secrets = { password: 'p', privateKey: 'k', passphrase: '' }
    const made = newDeviceRequest({ ...filled, secrets })
    expect(made.ok && made.request.secrets).toEqual({ password: 'p' })
  })
})

describe('a test of the connection', () => {
  test('names the device whose credentials are kept', () => {
    expect(testRequest(filled)).toMatchObject({ ok: true, request: { projectId: project, secrets: {} } })
    expect(testRequest(filled, deviceId)).toMatchObject({ ok: true, request: { deviceId } })
  })

  test('needs no name, but a whole transport', () => {
    const nameless = { ...filled, name: '' }
    expect(testRequest(nameless).ok).toBe(true)
    const hostless = { ...nameless, transport: { ...filled.transport, host: ' ' } }
    expect(testRequest(hostless)).toMatchObject({
      ok: false,
      errors: { 'transport.host': expect.any(String) },
    })
  })
})

describe('another kind of transport', () => {
  test('brings its own port, unless one was chosen', () => {
    expect(withKind(filled.transport, 'ssh').port).toBe(22)
    expect(withKind({ ...filled.transport, port: 6230 }, 'ssh').port).toBe(6230)
    expect(withKind(withKind(filled.transport, 'tcp'), 'telnet').port).toBe(23)
  })

  test('keeps the address, and leads elsewhere all the same', () => {
    const ssh = withKind({ ...filled.transport, port: 623 }, 'ssh')
    expect(ssh.host).toBe('bmc')
    expect(leadsElsewhere(filled.transport, ssh)).toBe(true)
    expect(leadsElsewhere(filled.transport, { ...filled.transport, privilege: 'user' })).toBe(false)
    expect(leadsElsewhere(filled.transport, { ...filled.transport, host: 'other' })).toBe(true)
  })
})
