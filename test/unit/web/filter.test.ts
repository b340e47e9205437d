import { describe, expect, test } from 'vitest'
import { arrange, sortDevices } from '../../../client/web/devices/arrange.ts'
import { byName, withChanges } from '../../../client/web/devices/changes.ts'
import { countGroups, filterDevices, type Group } from '../../../client/web/devices/filter.ts'
import type { Alarm, Attention, Device } from '../../../server/contract/devices.ts'
import type { LineState } from '../../../server/contract/line.ts'
import { silentConsole } from '../silent-console.ts'

const online: LineState = { state: 'online', since: 0, lastDataAt: null }
const down: LineState = {
  state: 'waiting',
  since: 0,
  attempt: 1,
  retryAt: 0,
  cause: { code: 'wrong-credentials', message: 'The BMC refused the password.' },
}

function device(name: string, line: LineState, more: Partial<Device> = {}): Device {
  return {
    id: 'dev_aaaaaaaaaaaaaaaaaaaa',
    projectId: 'prj_aaaaaaaaaaaaaaaaaaaa',
    projectName: 'Platform',
    name,
    description: '',
    tags: [],
    address: null,
    enabled: true,
    transport: { kind: 'demo', scene: 'box' },
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
    console: { ...silentConsole, line },
    ...more,
  }
}

const devices = [
  device('web-10', online),
  device('web-2', down, { description: 'Rack 4, Ünit 12', tags: ['db'] }),
  device(
    'db-1',
    { state: 'connecting', since: 0, attempt: 1 },
    { projectName: 'Billing', address: '10.0.0.7' },
  ),
  device('old', { state: 'disabled', since: 0 }),
].sort(byName)
const found = (...args: [string, Group?]) => filterDevices(devices, ...args).map(({ name }) => name)

describe('the filter', () => {
  test('finds all without a word, by name and number', () =>
    expect(found('')).toEqual(['db-1', 'old', 'web-2', 'web-10']))

  test.each([
    ['web', ['web-2', 'web-10']],
    ['WEB 10', ['web-10']],
    ['10 web', ['web-10']],
    ['billing', ['db-1']],
    ['rack 4', ['web-2']],
    ['#db', ['web-2']],
    ['ünit', ['web-2']],
    ['10.0.0', ['db-1']],
    ['login refused', ['web-2']],
    ['password', ['web-2']],
    ['connecting', ['db-1']],
    ['  ', ['db-1', 'old', 'web-2', 'web-10']],
    ['web billing', []],
  ])('for %j finds %j', (query, names) => expect(found(query)).toEqual(names))

  test('knows groups of states', () => {
    expect(found('', 'trouble')).toEqual(['db-1', 'web-2'])
    expect(found('web', 'online')).toEqual(['web-10'])
    expect(found('', 'disabled')).toEqual(['old'])
    expect(found('', 'attention')).toEqual(['web-2'])
    expect(countGroups(devices)).toEqual({ attention: 1, online: 1, trouble: 2, disabled: 1 })
  })
})

const printed = (name: string, lastDataAt: number | null, attention: Attention | null = null) => {
  const made = device(name, online)
  return { ...made, console: { ...made.console, lastDataAt, attention } }
}

describe('the order', () => {
  const order = (all: Device[], sort: 'attention' | 'state' | 'output', now = 0) =>
    sortDevices(all, sort, now).map(({ name }) => name)

  test('by attention: the worst alarm, then lines that are down, then the rest by name', () => {
    const alarm = (kind: Alarm): Attention => ({ alarm: kind, line: '', at: 0 })
    const all = [
      printed('a', null),
      printed('b', null, alarm('rebooted')),
      device('c', down),
      printed('d', null, alarm('panic')),
    ]
    expect(order(all, 'attention')).toEqual(['d', 'b', 'c', 'a'])
  })

  test('by state: what needs help first', () =>
    expect(order(devices, 'state')).toEqual(['web-2', 'db-1', 'web-10', 'old']))

  test('by last output: what prints all the time keeps its place among its like', () => {
    const now = 10_000_000
    const all = [
      printed('a', null),
      printed('b', now - 9000),
      printed('c', now - 100),
      printed('d', now - 7_200_000),
      printed('e', now - 40_000),
    ]
    expect(order(all, 'output', now)).toEqual(['b', 'c', 'e', 'd', 'a'])
  })

  test('by project, each under its name', () => {
    const items = arrange(
      [
        device('one', online, { projectId: 'prj_b', projectName: 'Beta' }),
        device('two', online, { projectId: 'prj_a', projectName: 'Alpha' }),
        device('three', online, { projectId: 'prj_b', projectName: 'Beta' }),
      ],
      true,
    )
    expect(items.map((item) => (item.kind === 'project' ? item.name : item.device.name))).toEqual([
      'Alpha',
      'two',
      'Beta',
      'one',
      'three',
    ])
  })
})

test('changes of a console replace the fields that they name, and nothing else', () => {
  const one = { ...device('one', online), id: 'dev_a' }
  const two = { ...device('two', online), id: 'dev_b' }
  const known = new Map([one, two].map((each) => [each.id, each]))
  const consoles = [
    { id: 'dev_a', console: { lastLine: 'new', end: 7 } },
    { id: 'dev_unknown', console: { end: 1 } },
  ]
  const changes = { type: 'changes', devices: [], removed: [], complete: true, consoles } as const
  expect(withChanges(known, { ...changes, devices: [], removed: [], consoles: [...consoles] })).toBe(false)
  expect(known.get('dev_a')?.console).toEqual({ ...one.console, lastLine: 'new', end: 7 })
  expect(known.get('dev_b')).toBe(two)
  expect(withChanges(known, { ...changes, devices: [], consoles: [], removed: ['dev_b'] })).toBe(true)
  expect([...known.keys()]).toEqual(['dev_a'])
})
