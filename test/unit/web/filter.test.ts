import { describe, expect, test } from 'vitest'
import { countGroups, filterDevices } from '../../../client/web/devices/filter.ts'
import type { Device } from '../../../server/contract/devices.ts'
import type { LineState } from '../../../server/contract/line.ts'

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
    address: null,
    enabled: true,
    transport: { kind: 'demo', scene: 'box' },
    secretsKept: [],
    settings: { writerIdleMinutes: 10, logoutOnDetach: false, size: { rows: 24, cols: 80 } },
    createdAt: 0,
    updatedAt: 0,
    may: { edit: false, delete: false, write: false, break: false, force: false, reconnect: false },
    console: {
      line,
      recording: { state: 'recording' },
      end: 0,
      lastLine: '',
      lastDataAt: null,
      viewers: [],
      writer: null,
      login: { state: 'unknown' },
      attention: null,
    },
    ...more,
  }
}

const devices = [
  device('web-10', online),
  device('web-2', down, { description: 'Rack 4, Ünit 12' }),
  device(
    'db-1',
    { state: 'connecting', since: 0, attempt: 1 },
    { projectName: 'Billing', address: '10.0.0.7' },
  ),
  device('old', { state: 'disabled', since: 0 }),
]
const found = (...args: [string, ('online' | 'trouble' | 'disabled')?]) =>
  filterDevices(devices, ...args).map(({ name }) => name)

describe('the filter', () => {
  test('finds all without a word, by name and number', () =>
    expect(found('')).toEqual(['db-1', 'old', 'web-2', 'web-10']))

  test.each([
    ['web', ['web-2', 'web-10']],
    ['WEB 10', ['web-10']],
    ['10 web', ['web-10']],
    ['billing', ['db-1']],
    ['rack 4', ['web-2']],
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
    expect(countGroups(devices)).toEqual({ online: 1, trouble: 2, disabled: 1 })
  })
})
