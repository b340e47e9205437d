import { describe, expect, test } from 'vitest'
import type { Principal } from '../../../server/access/can.ts'
import type { HeldConsole } from '../../../server/console/console.ts'
import type { Role } from '../../../server/contract/access.ts'
import type { ConsoleSummary, DeviceChanges } from '../../../server/contract/devices.ts'
import type { DeviceRecord } from '../../../server/devices/record.ts'
import { DeviceCursor, type Inventory } from '../../../server/http/device-cursor.ts'
import { silentConsole } from '../silent-console.ts'

const names = new Map([
  ['prj_a', 'Alpha'],
  ['prj_b', 'Beta'],
])

function person(memberships: Record<string, Role>): Principal {
  return {
    userId: 'usr_a',
    email: 'a@example.org',
    name: 'Ada',
    admin: false,
    mustChangePassword: false,
    via: { kind: 'session', id: 's' },
    memberships: new Map(Object.entries(memberships)),
    address: null,
  }
}

/** Devices whose consoles print when they are told to. */
class Fleet implements Inventory {
  readonly #records = new Map<string, DeviceRecord>()
  readonly #consoles = new Map<string, { revision: number; summary: () => ConsoleSummary }>()
  readonly summaries: string[] = []
  readonly list = () => [...this.#records.values()]
  readonly find = (id: string) => this.#records.get(id)
  // What is no more of a console than what is looked at here.
  readonly console = (id: string) => this.#consoles.get(id) as unknown as HeldConsole | undefined

  put(id: string, projectId: string): void {
    // Only what is looked at.
    this.#records.set(id, {
      id,
      projectId,
      name: id,
      transport: {},
      tags: [],
      secretsKept: [],
    } as unknown as DeviceRecord)
    this.#consoles.set(id, this.#console(id, 0, ''))
  }

  print(id: string, lastLine: string): void {
    this.#consoles.set(id, this.#console(id, (this.#consoles.get(id)?.revision ?? 0) + 1, lastLine))
  }

  remove(id: string): void {
    this.#records.delete(id)
    this.#consoles.delete(id)
  }

  #console(id: string, revision: number, lastLine: string) {
    const summary = (): ConsoleSummary => {
      this.summaries.push(id)
      return { ...silentConsole, end: revision, lastLine }
    }
    return { revision, summary }
  }
}

function shown(changes: DeviceChanges | undefined) {
  return changes && { ...changes, devices: changes.devices.map(({ id }) => id) }
}

const nothing = { type: 'changes', devices: [], consoles: [], removed: [], complete: true }

describe('what a reader of the list is told', () => {
  test('everything at first, then only what changes, field by field', () => {
    const fleet = new Fleet()
    fleet.put('one', 'prj_a')
    fleet.put('two', 'prj_a')
    const cursor = new DeviceCursor(person({ prj_a: 'watcher' }), names)
    expect(shown(cursor.next(fleet))).toEqual({ ...nothing, devices: ['one', 'two'] })
    expect(cursor.next(fleet)).toBeUndefined()
    fleet.print('two', 'hello')
    expect(cursor.next(fleet)).toEqual({
      ...nothing,
      consoles: [{ id: 'two', console: { end: 1, lastLine: 'hello' } }],
    })
  })

  test('that there is nothing, once', () => {
    const cursor = new DeviceCursor(person({}), names)
    expect(cursor.next(new Fleet())).toEqual(nothing)
    expect(cursor.next(new Fleet())).toBeUndefined()
  })

  test('what changed often while nobody read, once, as it then is', () => {
    const fleet = new Fleet()
    fleet.put('one', 'prj_a')
    const cursor = new DeviceCursor(person({ prj_a: 'watcher' }), names)
    cursor.next(fleet)
    for (let line = 1; line <= 1000; line++) fleet.print('one', `line ${line}`)
    expect(cursor.next(fleet)?.consoles).toEqual([
      { id: 'one', console: { end: 1000, lastLine: 'line 1000' } },
    ])
  })

  test('no summary is made of a console that did nothing', () => {
    const fleet = new Fleet()
    for (const id of ['one', 'two', 'three']) fleet.put(id, 'prj_a')
    const cursor = new DeviceCursor(person({ prj_a: 'watcher' }), names)
    cursor.next(fleet)
    fleet.summaries.length = 0
    fleet.print('two', 'x')
    cursor.next(fleet)
    expect(fleet.summaries).toEqual(['two'])
  })

  test('a large fleet in pieces, the last of which says so', () => {
    const fleet = new Fleet()
    for (let number = 0; number < 250; number++) fleet.put(`dev-${number}`, 'prj_a')
    const cursor = new DeviceCursor(person({ prj_a: 'watcher' }), names)
    const pieces = [cursor.next(fleet), cursor.next(fleet), cursor.next(fleet)]
    expect(pieces.map((piece) => [piece?.devices.length, piece?.complete])).toEqual([
      [100, false],
      [100, false],
      [50, true],
    ])
    expect(cursor.next(fleet)).toBeUndefined()
  })

  test('never a device of a project they are no member of; a lost membership takes its devices away', () => {
    const fleet = new Fleet()
    fleet.put('ours', 'prj_a')
    fleet.put('theirs', 'prj_b')
    const cursor = new DeviceCursor(person({ prj_a: 'watcher' }), names)
    expect(shown(cursor.next(fleet))?.devices).toEqual(['ours'])
    fleet.print('theirs', 'secret')
    expect(cursor.next(fleet)).toBeUndefined()
    cursor.become(person({ prj_b: 'owner' }))
    expect(shown(cursor.next(fleet))).toEqual({ ...nothing, devices: ['theirs'], removed: ['ours'] })
  })

  test('another role is told with what one now may', () => {
    const fleet = new Fleet()
    fleet.put('one', 'prj_a')
    const cursor = new DeviceCursor(person({ prj_a: 'watcher' }), names)
    expect(cursor.next(fleet)?.devices[0]?.may.write).toBe(false)
    cursor.become(person({ prj_a: 'collaborator' }))
    expect(cursor.next(fleet)?.devices[0]?.may.write).toBe(true)
    cursor.become(person({ prj_a: 'collaborator' }))
    expect(cursor.next(fleet)).toBeUndefined()
  })

  test('moves, removals and new names of projects', () => {
    const fleet = new Fleet()
    fleet.put('one', 'prj_a')
    fleet.put('two', 'prj_a')
    const cursor = new DeviceCursor(person({ prj_a: 'watcher' }), names)
    cursor.next(fleet)
    fleet.put('one', 'prj_b')
    fleet.remove('two')
    expect(cursor.next(fleet)).toEqual({ ...nothing, removed: ['one', 'two'] })
    fleet.put('new', 'prj_c')
    cursor.become(person({ prj_a: 'watcher', prj_c: 'watcher' }))
    expect(cursor.next(fleet)).toBeUndefined()
    expect(cursor.lacksNames).toBe(true)
    cursor.become(cursor.principal, new Map([...names, ['prj_c', 'Gamma']]))
    expect(cursor.next(fleet)?.devices[0]?.projectName).toBe('Gamma')
    expect(cursor.lacksNames).toBe(false)
  })
})
