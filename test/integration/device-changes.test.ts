import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { closeCodes } from '../../server/contract/console.ts'
import type { Device, DevicesMessage } from '../../server/contract/devices.ts'
import { limits } from '../../server/contract/limits.ts'
import { paths } from '../../server/contract/routes.ts'
import { startDevice, type TestDevice } from './device.ts'
import { type Person, startGateway, type TestGateway } from './gateway.ts'

const eventually = (check: () => void) => vi.waitFor(check, 15_000)

let gateway: TestGateway
let projectId: string
let line: TestDevice
let device: Device
beforeAll(async () => {
  gateway = await startGateway()
  projectId = await gateway.project('fleet')
  line = await startDevice()
  device = await gateway.tcpDevice(projectId, 'talker', line.port)
  await line.connected()
})
afterAll(async () => {
  await gateway.close()
  await line.close()
})

/** A page that follows the list, and what it knows by what it was told. */
class Reader {
  readonly socket: WebSocket
  readonly messages: DevicesMessage[] = []
  readonly known = new Map<string, Device>()
  bytes = 0
  closed: number | undefined

  constructor(person: Pick<Person, 'cookie'>, origin = gateway.url) {
    this.socket = new WebSocket(gateway.url.replace('http', 'ws') + paths.deviceChanges, {
      headers: { Cookie: person.cookie, Origin: origin },
    })
    this.socket.on('message', (data) => this.#take(String(data)))
    this.socket.on('close', (code) => {
      this.closed = code
    })
    this.socket.on('error', () => {})
  }

  get whole(): boolean {
    return this.messages.some((message) => message.type === 'changes' && message.complete)
  }

  async ready(): Promise<this> {
    await eventually(() => expect(this.whole).toBe(true))
    return this
  }

  #take(text: string): void {
    this.bytes += text.length
    const message = JSON.parse(text) as DevicesMessage
    this.messages.push(message)
    if (message.type !== 'changes') return
    for (const one of message.devices) this.known.set(one.id, one)
    for (const id of message.removed) this.known.delete(id)
    for (const { id, console } of message.consoles) {
      const before = this.known.get(id)
      if (before)
        this.known.set(id, { ...before, console: { ...before.console, ...console } as Device['console'] })
    }
  }
}

describe('the stream of changes of the list', () => {
  test.each(['owner', 'collaborator', 'watcher'] as const)(
    'shows a %s their devices, as the list does, and what changes of them',
    async (role) => {
      const person = await gateway.person(`${role}-reader`, { projectId, role })
      const reader = await new Reader(person).ready()
      const { body } = await person.call('GET', '/api/devices')
      expect([...reader.known.values()].map(({ id, may }) => ({ id, may }))).toEqual(
        body.map(({ id, may }: Device) => ({ id, may })),
      )
      await line.print(`said to the ${role}\r\n`)
      await eventually(() =>
        expect(reader.known.get(device.id)?.console.lastLine).toBe(`said to the ${role}`),
      )
      reader.socket.close()
    },
  )

  test('shows a stranger nothing, not even that something happens', async () => {
    const reader = await new Reader(await gateway.person('stranger')).ready()
    const other = await new Reader(gateway.admin).ready()
    await line.print('not for everybody\r\n')
    await eventually(() => expect(other.known.get(device.id)?.console.lastLine).toBe('not for everybody'))
    expect(reader.messages).toEqual([
      { type: 'changes', devices: [], consoles: [], removed: [], complete: true },
    ])
    for (const { socket } of [reader, other]) socket.close()
  })

  test('a revoked membership takes the devices away; a session that ends takes the stream', async () => {
    const person = await gateway.person('leaver', { projectId, role: 'collaborator' })
    const reader = await new Reader(person).ready()
    expect(reader.known.size).toBe(1)
    await gateway.admin.call('DELETE', `/api/projects/${projectId}/members/${person.id}`)
    await eventually(() => expect(reader.known.size).toBe(0))
    const before = reader.messages.length
    await line.print('after they left\r\n')
    const other = await new Reader(gateway.admin).ready()
    await eventually(() => expect(other.known.get(device.id)?.console.lastLine).toBe('after they left'))
    expect(reader.messages).toHaveLength(before)
    await person.call('DELETE', '/api/session')
    await eventually(() => expect(reader.closed).toBe(closeCodes.revoked))
    expect(reader.messages.at(-1)).toMatchObject({ type: 'bye', code: 'revoked' })
    other.socket.close()
  })

  test('devices come, change and go; projects get other names', async () => {
    const reader = await new Reader(gateway.admin).ready()
    const { body: made } = await gateway.admin.call('POST', '/api/devices', {
      projectId: await gateway.project('newer than the reader'),
      name: 'comes-and-goes',
      transport: { kind: 'demo', scene: 'box' },
      enabled: false,
    })
    const known = () => reader.known.get(made.id)
    await eventually(() => expect(known()?.projectName).toBe('newer than the reader'))
    await gateway.admin.call('PATCH', `/api/projects/${made.projectId}`, { name: 'renamed' })
    await eventually(() => expect(known()?.projectName).toBe('renamed'))
    await gateway.admin.call('PATCH', `/api/devices/${made.id}`, { description: 'rack 4' })
    await eventually(() => expect(known()?.description).toBe('rack 4'))
    expect(JSON.stringify(reader.messages)).not.toContain('allowLocalTargets')
    await gateway.admin.call('DELETE', `/api/devices/${made.id}`)
    await eventually(() => expect(known()).toBeUndefined())
    reader.socket.close()
  })

  test('an alarm is told, and is over when somebody opens the console, not when they watch a wall', async () => {
    const reader = await new Reader(gateway.admin).ready()
    const attention = () => reader.known.get(device.id)?.console.attention
    await line.print('[ 7.0] Kernel panic - not syncing: Fatal exception\r\n')
    await eventually(() => expect(attention()).toMatchObject({ alarm: 'panic' }))
    const tile = gateway.admin.socket(device.id, '?watch=1')
    await new Promise((resolve) => tile.once('message', resolve))
    await eventually(() => expect(reader.known.get(device.id)?.console.viewers).toHaveLength(1))
    expect(attention()).toMatchObject({ line: '[ 7.0] Kernel panic - not syncing: Fatal exception' })
    const page = gateway.admin.socket(device.id)
    await eventually(() => expect(attention()).toBeNull())
    for (const socket of [tile, page, reader.socket]) socket.close()
  })

  test('a reader that does not read costs what it may hold, and is told the newest when it does', async () => {
    const many = 300
    const quiet = await gateway.project('many')
    for (let number = 0; number < many; number++) {
      await gateway.admin.call('POST', '/api/devices', {
        projectId: quiet,
        name: `many-${number}`,
        transport: { kind: 'demo', scene: 'box' },
        enabled: false,
      })
    }
    const slow = await new Reader(gateway.admin).ready()
    const quick = await new Reader(gateway.admin).ready()
    expect(slow.known.size).toBe(quick.known.size)
    slow.socket.pause()
    const before = quick.bytes
    // Each rename of the project tells every device of it again, far more than a socket holds.
    for (const name of ['first', 'second', 'third']) {
      await gateway.admin.call('PATCH', `/api/projects/${quiet}`, { name })
      await eventually(() =>
        expect([...quick.known.values()].filter((one) => one.projectName === name)).toHaveLength(many),
      )
    }
    await line.print('the newest\r\n')
    await eventually(() => expect(quick.known.get(device.id)?.console.lastLine).toBe('the newest'))
    slow.socket.resume()
    await eventually(() => expect([...slow.known.values()]).toEqual([...quick.known.values()]))
    // What else changes meanwhile is told to each in its own second.
    expect(slow.bytes).toBeLessThan(quick.bytes * 1.01)
    expect(quick.bytes - before).toBeGreaterThan(3 * many * 300)
    for (const { socket } of [slow, quick]) socket.close()
  })

  test('no other site, nobody signed out, and no more than so many at once', async () => {
    const elsewhere = new Reader(gateway.admin, 'https://elsewhere.example')
    const nobody = new Reader({ cookie: '' })
    await eventually(() => expect([elsewhere.closed, nobody.closed]).toEqual([1006, 1006]))
    const person = await gateway.person('hoarder')
    const readers = Array.from({ length: limits.listsPerUser }, () => new Reader(person))
    await Promise.all(readers.map((reader) => reader.ready()))
    const last = new Reader(person)
    await eventually(() => expect(last.closed).toBe(closeCodes.tooMany))
    expect(last.messages).toMatchObject([{ type: 'bye', code: 'too-many' }])
    readers[0]?.socket.send('anything')
    await eventually(() => expect(readers[0]?.closed).toBe(closeCodes.badFrame))
    for (const { socket } of readers) socket.close()
  })
})

describe('who may add devices', () => {
  test('owners, unless the configuration keeps that for instance admins', async () => {
    const strict = await startGateway({ LIFELINE_OWNERS_MAY_DEFINE_DEVICES: 'false' })
    try {
      for (const [one, owners] of [
        [gateway, true],
        [strict, false],
      ] as const) {
        const project = await one.project('may')
        const owner = await one.person('may-owner', { projectId: project, role: 'owner' })
        const may = async (person: Person) =>
          (await person.call('GET', '/api/projects')).body.find(({ id }: { id: string }) => id === project)
            .may
        expect(await may(owner)).toEqual({ addDevices: owners })
        expect(await may(one.admin)).toEqual({ addDevices: true })
      }
    } finally {
      await strict.close()
    }
  })
})
