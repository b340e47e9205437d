import { expect, test } from 'vitest'
import type { SocketEvents } from '../../../client/web/console/link.ts'
import { Fleet } from '../../../client/web/devices/fleet.ts'
import type { DeviceChanges } from '../../../server/contract/devices.ts'
import { silentConsole } from '../silent-console.ts'
import { FakeClock } from './fakes.ts'

function following() {
  const clock = new FakeClock()
  const sockets: { events: SocketEvents; closed: boolean }[] = []
  const fleet = new Fleet({
    open(events) {
      const socket = { events, closed: false }
      sockets.push(socket)
      return {
        send() {},
        close() {
          socket.closed = true
        },
      }
    },
    askWhy: async () => 'The gateway is being restarted.',
    clock,
    random: () => 0,
    known: null,
  })
  const last = () => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }
  const say = (message: object) => last().events.message(JSON.stringify(message))
  const tell = (part: Partial<DeviceChanges>) =>
    say({ type: 'changes', devices: [], consoles: [], removed: [], complete: true, ...part })
  const names = () => fleet.snapshot().devices?.map(({ name }) => name)
  return { fleet, clock, sockets, last, say, tell, names }
}

const device = (name: string, id: string) => ({
  id: `dev_${id.repeat(20)}`,
  projectId: 'prj_aaaaaaaaaaaaaaaaaaaa',
  projectName: 'Fleet',
  name,
  description: '',
  tags: [],
  address: null,
  enabled: false,
  transport: { kind: 'demo' as const, scene: 'box' as const },
  secretsKept: [],
  settings: { writerIdleMinutes: 10, logoutOnDetach: false, size: { rows: 24, cols: 80 } },
  createdAt: 0,
  updatedAt: 0,
  may: {
    edit: false,
    delete: false,
    write: false,
    break: false,
    force: false,
    reconnect: false,
    setPassword: false,
  },
  console: silentConsole,
})
const web10 = device('web-10', 'a')
const web2 = device('web-2', 'b')

test('nothing is shown until all has been told, and then by name and number', () => {
  const { fleet, tell, names } = following()
  fleet.connect()
  tell({ devices: [web10], complete: false })
  expect(names()).toBeUndefined()
  tell({ devices: [web2] })
  expect(names()).toEqual(['web-2', 'web-10'])
  expect(fleet.snapshot().link).toEqual({ state: 'following' })
})

test('a change touches one device; every other stays the same object, so that it is not drawn anew', () => {
  const { fleet, tell, names } = following()
  fleet.connect()
  tell({ devices: [web10, web2] })
  const before = fleet.snapshot().devices
  tell({ consoles: [{ id: web2.id, console: { lastLine: 'hello' } }] })
  const after = fleet.snapshot().devices
  expect(after?.[0]?.console.lastLine).toBe('hello')
  expect(after?.[1]).toBe(before?.[1])
  tell({ removed: [web10.id] })
  expect(names()).toEqual(['web-2'])
})

test('a lost gateway leaves what was known, says why, and is asked again later and later', async () => {
  const { fleet, clock, sockets, last, tell, names } = following()
  fleet.connect()
  tell({ devices: [web10, web2] })
  last().events.closed(1006)
  expect(fleet.snapshot().link).toMatchObject({
    state: 'lost',
    why: 'The connection to the gateway was lost.',
  })
  expect(names()).toEqual(['web-2', 'web-10'])
  clock.pass(500)
  expect(sockets).toHaveLength(2)
  last().events.closed(1006)
  await Promise.resolve()
  await Promise.resolve()
  expect(fleet.snapshot().link).toMatchObject({ why: 'The gateway is being restarted.' })
  clock.pass(999)
  expect(sockets).toHaveLength(2)
  clock.pass(1)
  expect(sockets).toHaveLength(3)
  // Half of the new list does not make the other half vanish.
  tell({ devices: [web10], complete: false })
  expect(names()).toEqual(['web-2', 'web-10'])
  tell({})
  expect(names()).toEqual(['web-10'])
})

test('what the gateway says when it closes is what the person reads', () => {
  const { fleet, last, say } = following()
  fleet.connect()
  say({ type: 'bye', code: 'too-many', message: 'Close one of those pages.' })
  last().events.closed(4003)
  expect(fleet.snapshot().link).toMatchObject({ state: 'lost', why: 'Close one of those pages.' })
})

test('a page that is gone opens nothing more, and hears nothing', () => {
  const { fleet, clock, sockets, last, tell } = following()
  fleet.connect()
  fleet.close()
  expect(last().closed).toBe(true)
  tell({ devices: [web2] })
  expect(fleet.snapshot().devices).toBeNull()
  clock.pass(60_000)
  fleet.connect()
  expect(sockets).toHaveLength(1)
})

test('what a newer gateway says is no harm', () => {
  const { fleet, say, last, tell, names } = following()
  fleet.connect()
  say({ type: 'weather', sunny: true })
  last().events.message('no json')
  last().events.message(new ArrayBuffer(3))
  tell({ devices: [web2] })
  expect(names()).toEqual(['web-2'])
})
