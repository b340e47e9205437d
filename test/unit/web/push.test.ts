import { expect, it } from 'vitest'
import { listed, unlisted } from '../../../client/web/push/listed.ts'
import { readPushSearch } from '../../../client/web/push/search.ts'
import { firstValues, type PushValues, requestOf } from '../../../client/web/push/values.ts'
import { countWords, keyCounts, pushTitle } from '../../../client/web/push/words.ts'

const plan = { act: 'add', dryRun: false, devices: ['dev_abcdefghijklmnopqrst'] } as const
const key = `SHA256:${'A'.repeat(43)}`

it('sends what the form has, and no account of its own where it is the same', () => {
  const values = { ...firstValues, password: 'secret', account: ' deploy ' }
  const checked = requestOf(values, { ...plan, devices: [...plan.devices] })
  expect(checked).toMatchObject({
    ok: true,
    request: {
      account: 'deploy',
      session: 'refuse',
      password: { from: 'given', password: 'secret' },
    },
  })
  expect(checked.ok && 'keys' in checked.request).toBe(false)
  expect(checked.ok && 'login' in checked.request).toBe(false)
})

it('asks for sudo only where the login is not root', () => {
  const sudoOf = (values: Partial<PushValues>) => {
    const checked = requestOf(
      { ...firstValues, password: 'secret', sudo: true, ...values },
      { ...plan, devices: [...plan.devices] },
    )
    return checked.ok && checked.request.sudo
  }
  expect(sudoOf({ login: 'ubuntu' })).toBe(true)
  expect(sudoOf({ login: 'ubuntu', sudo: false })).toBe(false)
  expect([sudoOf({}), sudoOf({ login: ' root ', account: 'ann' })]).toEqual([false, false])
})

it('names the fields that are wrong', () => {
  const values = { ...firstValues, account: 'no such name', port: 0, keys: [] }
  const checked = requestOf(values, { ...plan, devices: [...plan.devices] })
  expect(checked.ok ? [] : Object.keys(checked.errors).sort()).toEqual([
    'account',
    'keys',
    'password.password',
    'port',
  ])
})

it('sends no typed password where another one is chosen', () => {
  const values = { ...firstValues, from: 'vault', password: 'typed before' } as const
  const checked = requestOf(values, { ...plan, devices: [...plan.devices] })
  expect(JSON.stringify(checked)).not.toContain('typed before')
})

it('reads an address without what is no id and no fingerprint', () => {
  const [device] = plan.devices
  const keys = `${key},SHA256:${'B'.repeat(43)}`
  expect(readPushSearch({ devices: `${device},${device},<script>`, keys: `${keys},x` })).toEqual({
    devices: device,
    keys,
  })
  expect(readPushSearch({ devices: 7, keys: 'SHA256:short' })).toEqual({})
})

it('keeps many ids in the tab, under a name that fits into an address', () => {
  const kept = new Map<string, string>()
  const tab = { getItem: (name: string) => kept.get(name) ?? null, setItem: kept.set.bind(kept) }
  const few = Array.from({ length: 100 }, (_, index) => `dev_${index}`)
  expect(unlisted(listed(few, tab), tab)).toEqual(few)
  expect(kept.size).toBe(0)
  const many = Array.from({ length: 1000 }, (_, index) => `dev_${index}`)
  const name = listed(many, tab)
  expect(name.length).toBeLessThan(20)
  expect(listed(many, tab)).toBe(name)
  expect([kept.size, unlisted(name, tab)]).toEqual([1, many])
  expect(readPushSearch({ devices: name })).toEqual({ devices: name })
  expect(unlisted('many.another', tab)).toBeUndefined()
})

it('says where it goes and how it stands', () => {
  expect(pushTitle({ act: 'read', devices: [{ name: 'web7' }] })).toBe('Keys on web7')
  expect(pushTitle({ act: 'add', devices: [{ name: 'web7' }, { name: 'web8' }] })).toBe('Push to 2 devices')
  expect(countWords({ queued: 0, running: 1, done: 2, failed: 0, cancelled: 0, interrupted: 0 })).toBe(
    '1 at work, 2 done',
  )
  expect(keyCounts([{ result: 'added' }, { result: 'present' }, { result: 'added' }])).toBe(
    '2 added and 1 already there',
  )
})
