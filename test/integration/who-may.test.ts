import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { routes } from '../../server/contract/routes.ts'
import { keyLine } from '../fakes/key-lines.ts'
import { type Person, startGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
let people: Record<string, Person>
let projectId: string
let deviceId: string
let keyId: string
let pushId: string

beforeAll(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  deviceId = (await gateway.tcpDevice(projectId, 'web-1', 9)).id
  const key = { text: keyLine('deploy'), label: 'deploy' }
  keyId = (await gateway.admin.call('POST', `/api/projects/${projectId}/keys`, key)).body.key.id
  const push = { act: 'read', devices: [deviceId] }
  pushId = (await gateway.admin.call('POST', '/api/pushes', push)).body.id
  await vi.waitFor(async () => {
    const { body } = await gateway.admin.call('GET', `/api/pushes/${pushId}`)
    if (body.endedAt === null) throw new Error('It is under way.')
  })
  const elsewhere = await gateway.project('elsewhere')
  people = {
    admin: gateway.admin,
    owner: await gateway.person('owner', { projectId, role: 'owner' }),
    collaborator: await gateway.person('collaborator', { projectId, role: 'collaborator' }),
    watcher: await gateway.person('watcher', { projectId, role: 'watcher' }),
    stranger: await gateway.person('stranger', { projectId: elsewhere, role: 'owner' }),
    nobody: await gateway.person('nobody'),
  }
})
afterAll(() => gateway.close())

const device = (name: string) => ({
  projectId,
  name,
  transport: { kind: 'tcp', host: '192.0.2.1', port: 23 },
  enabled: false,
})
const localRedfish = { kind: 'redfish', host: '127.0.0.1', port: 9, username: 'x' }
const missing = (kind: string) => `${kind}_${'a'.repeat(20)}`

/** What each role gets, in this order. 204 and 200 are success. */
const roles = ['admin', 'owner', 'collaborator', 'watcher', 'stranger', 'nobody'] as const

// Each attempt must leave the inventory as it was, so that the next role tries the same thing: changes are to the value that is there.
const table: [string, string, () => [string, unknown?], number[]][] = [
  ['device', 'GET', () => [`/api/devices/${deviceId}`], [200, 200, 200, 200, 404, 404]],
  [
    'editDevice',
    'PATCH',
    () => [`/api/devices/${deviceId}`, { description: 'x' }],
    [200, 200, 403, 403, 404, 404],
  ],
  ['reconnect', 'POST', () => [`/api/devices/${deviceId}/reconnect`], [200, 200, 200, 403, 404, 404]],
  [
    'acceptHostKey',
    'POST',
    () => [`/api/devices/${deviceId}/host-key`, { fingerprint: `SHA256:${'A'.repeat(43)}` }],
    [400, 400, 403, 403, 404, 404],
  ],
  ['createDevice', 'POST', () => ['/api/devices', { ...device('web-1') }], [409, 409, 403, 403, 404, 404]],
  [
    'testConnection',
    'POST',
    () => ['/api/test-connection', { projectId, transport: { kind: 'tcp', host: 'name.invalid', port: 1 } }],
    [200, 200, 403, 403, 404, 404],
  ],
  [
    'editProject',
    'PATCH',
    () => [`/api/projects/${projectId}`, { name: 'fleet' }],
    [200, 200, 403, 403, 404, 404],
  ],
  ['members', 'GET', () => [`/api/projects/${projectId}/members`], [200, 200, 200, 200, 404, 404]],
  [
    'setMember',
    'PUT',
    () => [`/api/projects/${projectId}/members`, { email: 'watcher@example.org', role: 'watcher' }],
    [200, 200, 403, 403, 404, 404],
  ],
  [
    'removeMember',
    'DELETE',
    () => [`/api/projects/${projectId}/members/${missing('usr')}`],
    [404, 404, 403, 403, 404, 404],
  ],
  ['deleteProject', 'DELETE', () => [`/api/projects/${projectId}`], [409, 409, 403, 403, 404, 404]],
  ['createProject', 'POST', () => ['/api/projects', { name: 'fleet' }], [409, 403, 403, 403, 403, 403]],
  ['users', 'GET', () => ['/api/users'], [200, 403, 403, 403, 403, 403]],
  [
    'createUser',
    'POST',
    () => ['/api/users', { email: 'owner@example.org', name: 'x' }],
    [409, 403, 403, 403, 403, 403],
  ],
  [
    'editUser',
    'PATCH',
    () => [`/api/users/${missing('usr')}`, { name: 'x' }],
    [404, 403, 403, 403, 403, 403],
  ],
  ['resetPassword', 'POST', () => [`/api/users/${missing('usr')}/password`], [404, 403, 403, 403, 403, 403]],
  ['deleteUser', 'DELETE', () => [`/api/users/${missing('usr')}`], [404, 403, 403, 403, 403, 403]],
  ['audit', 'GET', () => ['/api/audit'], [200, 200, 403, 403, 200, 403]],
  ['audit of a device', 'GET', () => [`/api/audit?deviceId=${deviceId}`], [200, 200, 403, 403, 404, 404]],
  ['history', 'GET', () => [`/api/devices/${deviceId}/history`], [200, 200, 200, 200, 404, 404]],
  [
    'historyDownload',
    'GET',
    () => [`/api/devices/${deviceId}/history/download`],
    [200, 200, 200, 200, 404, 404],
  ],
  [
    'historyPosition',
    'GET',
    () => [`/api/devices/${deviceId}/history/position?offset=0`],
    [200, 200, 200, 200, 404, 404],
  ],
  [
    'historyOverview',
    'GET',
    () => [`/api/devices/${deviceId}/history/overview`],
    [200, 200, 200, 200, 404, 404],
  ],
  [
    'historySearch',
    'POST',
    () => [`/api/devices/${deviceId}/history/search`, { text: 'x' }],
    [200, 200, 200, 200, 404, 404],
  ],
  [
    'historyMarks',
    'GET',
    () => [`/api/devices/${deviceId}/history/marks?from=0&to=0`],
    [200, 200, 200, 200, 404, 404],
  ],
  ['power', 'GET', () => [`/api/devices/${deviceId}/power`], [200, 200, 200, 200, 404, 404]],
  // What one may not see is left out: the test of what is told is in power.test.ts.
  ['powerGlances', 'POST', () => ['/api/power', { devices: [deviceId] }], [200, 200, 200, 200, 200, 200]],
  // Whoever may switch hears that there is nothing to switch with.
  [
    'switchPower',
    'POST',
    () => [`/api/devices/${deviceId}/power`, { act: { act: 'on' }, confirm: 'web-1' }],
    [409, 409, 409, 403, 404, 404],
  ],
  // Whoever may configure hears that this is no certificate that is shown.
  [
    'acceptPowerCertificate',
    'POST',
    () => [`/api/devices/${deviceId}/power/certificate`, { fingerprint: `SHA256:${'A'.repeat(43)}` }],
    [400, 400, 403, 403, 404, 404],
  ],
  // An admin's gets no connection, an owner's is not let to the gateway's own machine; both are set up.
  [
    'setPowerControl',
    'PUT',
    () => [`/api/devices/${deviceId}/power/control`, { control: localRedfish, password: 'x' }],
    [200, 200, 403, 403, 404, 404],
  ],
  [
    'setPowerControl to a program',
    'PUT',
    () => [`/api/devices/${deviceId}/power/control`, { control: { kind: 'command', steps: {} } }],
    [200, 403, 403, 403, 404, 404],
  ],
  [
    'removePowerControl',
    'DELETE',
    () => [`/api/devices/${deviceId}/power/control`],
    [204, 204, 403, 403, 404, 404],
  ],
  // Whoever may write hears that the line is down.
  [
    'paste',
    'POST',
    () => [`/api/devices/${deviceId}/pastes`, { text: 'ls' }],
    [409, 409, 409, 403, 404, 404],
  ],
  [
    'checkLogin',
    'POST',
    () => [`/api/devices/${deviceId}/login-checks`, { password: 'x' }],
    [409, 409, 409, 403, 404, 404],
  ],
  [
    'changeRootPassword',
    'POST',
    () => [`/api/devices/${deviceId}/root-password/change`, { current: { from: 'session' } }],
    [409, 409, 403, 403, 404, 404],
  ],
  // Whoever may hears that it has no address.
  [
    'setRootPasswordOverSsh',
    'POST',
    () => [`/api/devices/${deviceId}/root-password/over-ssh`, { login: { from: 'agent' } }],
    [400, 400, 403, 403, 404, 404],
  ],
  [
    'rootPasswordOverSsh',
    'GET',
    () => [`/api/devices/${deviceId}/root-password/over-ssh`],
    [200, 200, 200, 200, 404, 404],
  ],
  // Whoever may hears that none is under way.
  [
    'stopRootPasswordOverSsh',
    'DELETE',
    () => [`/api/devices/${deviceId}/root-password/over-ssh`],
    [404, 404, 403, 403, 404, 404],
  ],
  ['recovery', 'GET', () => [`/api/devices/${deviceId}/recovery`], [200, 200, 200, 200, 404, 404]],
  // Whoever may hears that the device's name is another.
  [
    'startRecovery',
    'POST',
    () => [`/api/devices/${deviceId}/recovery`, { confirm: 'not its name' }],
    [400, 400, 403, 403, 404, 404],
  ],
  [
    'answerRecovery',
    'POST',
    () => [
      `/api/devices/${deviceId}/recovery/approval`,
      { recovery: missing('rec'), verdict: 'approve', confirm: 'not its name' },
    ],
    [400, 400, 403, 403, 404, 404],
  ],
  // Whoever may type hears that none waits.
  ['withdrawRecovery', 'DELETE', () => [`/api/devices/${deviceId}/recovery`], [409, 409, 409, 403, 404, 404]],
  // Whoever may write hears that a file is not sent as JSON.
  ['file', 'POST', () => [`/api/devices/${deviceId}/files?path=/tmp/x`, {}], [415, 415, 415, 403, 404, 404]],
  ['job', 'GET', () => [`/api/devices/${deviceId}/job`], [200, 200, 200, 200, 404, 404]],
  // Whoever may write hears that none is under way.
  ['cancelJob', 'DELETE', () => [`/api/devices/${deviceId}/job`], [404, 404, 404, 403, 404, 404]],
  ['rootPassword', 'GET', () => [`/api/devices/${deviceId}/root-password`], [200, 200, 200, 200, 404, 404]],
  [
    'keepRootPassword',
    'PUT',
    () => [`/api/devices/${deviceId}/root-password`, { password: 'known to somebody' }],
    [200, 200, 403, 403, 404, 404],
  ],
  [
    'revealRootPassword',
    'POST',
    () => [`/api/devices/${deviceId}/root-password/reveal`, { reason: 'a test' }],
    [200, 200, 403, 403, 404, 404],
  ],
  // The first who may destroys it; the next hears that it is gone.
  [
    'destroyRootPassword',
    'DELETE',
    () => [`/api/devices/${deviceId}/root-password`],
    [200, 410, 403, 403, 404, 404],
  ],
  ['provisioning', 'GET', () => [`/api/devices/${deviceId}/provisioning`], [200, 200, 200, 200, 404, 404]],
  [
    'markForProvisioning',
    'POST',
    () => [`/api/devices/${deviceId}/provisioning`, {}],
    [200, 200, 403, 403, 404, 404],
  ],
  [
    'revokeProvisioning',
    'DELETE',
    () => [`/api/devices/${deviceId}/provisioning`],
    [200, 200, 403, 403, 404, 404],
  ],
  ['hostKeys', 'GET', () => [`/api/devices/${deviceId}/host-keys`], [200, 200, 200, 200, 404, 404]],
  ['forgetHostKeys', 'DELETE', () => [`/api/devices/${deviceId}/host-keys`], [200, 200, 403, 403, 404, 404]],
  [
    'known_hosts of a device',
    'GET',
    () => [`/api/known_hosts?deviceId=${deviceId}`],
    [200, 200, 200, 200, 404, 404],
  ],
  ['historySearchAll', 'POST', () => ['/api/history/search', { text: 'x' }], [200, 200, 200, 200, 200, 200]],
  ['keys', 'GET', () => ['/api/keys'], [200, 200, 200, 200, 200, 200]],
  ['addKey', 'POST', () => ['/api/keys', { text: '' }], [422, 422, 422, 422, 422, 422]],
  ['key', 'GET', () => [`/api/keys/${keyId}`], [200, 200, 200, 200, 404, 404]],
  ['editKey', 'PATCH', () => [`/api/keys/${keyId}`, { label: 'deploy' }], [200, 200, 403, 403, 404, 404]],
  ['keyPlaces', 'GET', () => [`/api/keys/${keyId}/places`], [200, 200, 200, 200, 404, 404]],
  ['deleteKey', 'DELETE', () => [`/api/keys/${missing('key')}`], [404, 404, 404, 404, 404, 404]],
  [
    'userKeyPlaces',
    'GET',
    () => [`/api/users/${people.owner?.id}/key-places`],
    [200, 403, 403, 403, 403, 403],
  ],
  [
    'memberKeyPlaces',
    'GET',
    () => [`/api/projects/${projectId}/members/${people.watcher?.id}/key-places`],
    [200, 200, 403, 403, 404, 404],
  ],
  // Who is no member of theirs answers like who does not exist.
  [
    'memberKeyPlaces of a stranger',
    'GET',
    () => [`/api/projects/${projectId}/members/${people.stranger?.id}/key-places`],
    [404, 404, 403, 403, 404, 404],
  ],
  [
    'previewImport',
    'POST',
    () => ['/api/keys/import-preview', { url: 'ftp://192.0.2.1', projectId }],
    [400, 400, 400, 400, 404, 404],
  ],
  ['projectKeys', 'GET', () => [`/api/projects/${projectId}/keys`], [200, 200, 200, 200, 404, 404]],
  [
    'addProjectKey',
    'POST',
    () => [`/api/projects/${projectId}/keys`, { text: '' }],
    [422, 422, 403, 403, 404, 404],
  ],
  ['deviceKeys', 'GET', () => [`/api/devices/${deviceId}/keys`], [200, 200, 200, 200, 404, 404]],
  [
    'chooseDeviceKeys',
    'PATCH',
    () => [`/api/devices/${deviceId}/keys`, { byDefault: true }],
    [204, 204, 403, 403, 404, 404],
  ],
  [
    'orderPush',
    'POST',
    () => ['/api/pushes', { act: 'read', devices: [deviceId] }],
    [200, 200, 200, 403, 404, 404],
  ],
  [
    'orderPush to a project',
    'POST',
    () => ['/api/pushes', { act: 'read', projects: [projectId] }],
    [200, 200, 200, 403, 404, 404],
  ],
  [
    'orderPush with the password that is kept',
    'POST',
    () => ['/api/pushes', { act: 'read', devices: [deviceId], password: { from: 'vault' } }],
    [200, 200, 200, 403, 404, 404],
  ],
  [
    'orderPush with the password that is kept, to a host key of their own',
    'POST',
    () => [
      '/api/pushes',
      {
        act: 'read',
        devices: [deviceId],
        password: { from: 'vault' },
        hostKeys: { [deviceId]: `SHA256:${'A'.repeat(43)}` },
      },
    ],
    [200, 200, 403, 403, 404, 404],
  ],
  [
    'orderPush with a password that is to be kept',
    'POST',
    () => [
      '/api/pushes',
      { act: 'read', devices: [deviceId], password: { from: 'given', password: 'x', keep: true } },
    ],
    [200, 200, 403, 403, 404, 404],
  ],
  // Whoever may hears that it is gone.
  [
    'checkLogin with the password that is kept',
    'POST',
    () => [`/api/devices/${deviceId}/login-checks`, { password: { from: 'vault' } }],
    [410, 410, 410, 403, 404, 404],
  ],
  ['push', 'GET', () => [`/api/pushes/${pushId}`], [200, 200, 200, 200, 404, 404]],
  ['pushes', 'GET', () => ['/api/pushes'], [200, 200, 200, 200, 200, 200]],
  // It is the admin's.
  ['cancelPush', 'DELETE', () => [`/api/pushes/${pushId}`], [200, 403, 403, 403, 404, 404]],
  ['retryPush', 'POST', () => [`/api/pushes/${pushId}/retry`, {}], [200, 200, 200, 403, 404, 404]],
  ['openApi', 'GET', () => ['/api/openapi.json'], [200, 200, 200, 200, 200, 200]],
  ['devices', 'GET', () => ['/api/devices'], [200, 200, 200, 200, 200, 200]],
  ['projects', 'GET', () => ['/api/projects'], [200, 200, 200, 200, 200, 200]],
  ['deleteDevice', 'DELETE', () => [`/api/devices/${missing('dev')}`], [404, 404, 404, 404, 404, 404]],
]

describe('each role on each action', () => {
  test.each(table)('%s', async (_name, method, request, expected) => {
    const [path, body] = request()
    const got: Record<string, number> = {}
    for (const role of roles) got[role] = (await people[role]?.call(method, path, body))?.status ?? 0
    expect(got).toEqual(Object.fromEntries(roles.map((role, at) => [role, expected[at]])))
  })

  test('without a session every route but health and sign-in answers 401', async () => {
    for (const route of Object.values(routes)) {
      if (route.needs === 'nobody') continue
      const path = route.path.replace(':id', deviceId).replace(':userId', missing('usr'))
      const answer = await fetch(gateway.url + path, {
        method: route.method,
        headers: { Origin: gateway.url },
      })
      expect([route.path, answer.status]).toEqual([route.path, 401])
    }
  })

  test('what one may not see answers as what does not exist, to the byte', async () => {
    const hidden = await people.stranger?.call('GET', `/api/devices/${deviceId}`)
    const nothing = await people.stranger?.call('GET', `/api/devices/${missing('dev')}`)
    expect(hidden?.text).toBe(nothing?.text)
    expect(hidden?.status).toBe(nothing?.status)
  })

  test.each<[(typeof roles)[number], object]>([
    ['admin', { reveal: true, use: true, set: true }],
    ['owner', { reveal: true, use: true, set: true }],
    ['collaborator', { reveal: false, use: true, set: false }],
    ['watcher', { reveal: false, use: false, set: false }],
  ])('%s is told what they may do with a root password', async (role, may) => {
    expect((await people[role]?.call('GET', `/api/devices/${deviceId}/root-password`))?.body.may).toEqual(may)
  })

  test('lists hold only what one may see', async () => {
    const names = async (person: Person | undefined) =>
      (await person?.call('GET', '/api/devices'))?.body.map((found: { name: string }) => found.name)
    expect(await names(people.watcher)).toEqual(['web-1'])
    expect(await names(people.stranger)).toEqual([])
    expect((await people.stranger?.call('GET', '/api/projects'))?.body).toHaveLength(1)
    expect((await people.watcher?.call('GET', '/api/pushes'))?.body).not.toEqual([])
    expect((await people.stranger?.call('GET', '/api/pushes'))?.body).toEqual([])
  })

  test('what reaches into the gateway itself is for an admin alone', async () => {
    const local = [
      { kind: 'command', argv: ['/bin/sh'] },
      { kind: 'unix', path: '/run/docker.sock' },
      { kind: 'tty', path: '/dev/ttyS0' },
      { kind: 'demo', scene: 'box' },
    ]
    for (const transport of local) {
      const made = await people.owner?.call('POST', '/api/devices', { ...device('local-1'), transport })
      expect([transport.kind, made?.status]).toEqual([transport.kind, 403])
      const tried = await people.owner?.call('POST', '/api/test-connection', { projectId, transport })
      expect([transport.kind, tried?.status]).toEqual([transport.kind, 403])
    }
    const loopback = { projectId, transport: { kind: 'tcp', host: '127.0.0.1', port: 22 } }
    const refused = await people.owner?.call('POST', '/api/test-connection', loopback)
    expect(refused?.body).toMatchObject({ ok: false, cause: { code: 'not-allowed' } })
  })

  test('an edit by an owner of a device that an admin pointed at the gateway itself keeps it out of reach', async () => {
    const edited = await people.owner?.call('PATCH', `/api/devices/${deviceId}`, {
      transport: { kind: 'tcp', host: '127.0.0.1', port: 22 },
    })
    expect(edited?.status).toBe(200)
    const other = await gateway.tcpDevice(projectId, 'web-2', 9)
    expect(other.id).not.toBe(deviceId)
  })
})

describe('owners may define devices only where the gateway says so', () => {
  test('owners_may_define_devices=false leaves it to admins', async () => {
    const strict = await startGateway({ LIFELINE_OWNERS_MAY_DEFINE_DEVICES: 'false' })
    try {
      const project = await strict.project('fleet')
      const owner = await strict.person('owner', { projectId: project, role: 'owner' })
      const input = { ...device('web-1'), projectId: project }
      expect((await owner.call('POST', '/api/devices', input)).status).toBe(403)
      expect(
        (await owner.call('POST', '/api/test-connection', { projectId: project, transport: input.transport }))
          .status,
      ).toBe(403)
      const made = await strict.admin.call('POST', '/api/devices', input)
      expect(made.status).toBe(200)
      const path = `/api/devices/${made.body.id}`
      expect((await owner.call('PATCH', path, { description: 'the web server' })).status).toBe(200)
      expect((await owner.call('PATCH', path, { transport: input.transport })).status).toBe(403)
      const control = `${path}/power/control`
      expect((await owner.call('PUT', control, { control: localRedfish, password: 'x' })).status).toBe(403)
      expect((await owner.call('DELETE', control)).status).toBe(403)
      const fingerprint = `SHA256:${'A'.repeat(43)}`
      expect((await owner.call('POST', `${path}/power/certificate`, { fingerprint })).status).toBe(403)
      expect((await owner.call('GET', `${path}/power`)).body.may).toEqual({ act: true, configure: false })
    } finally {
      await strict.close()
    }
  })
})
