import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { beginAudit, createAudit } from '../../server/audit/audit.ts'
import { createLog } from '../../server/base/log.ts'
import { createPower, type Power } from '../../server/power/power.ts'
import { inTransaction, type Store } from '../../server/store/database.ts'
import { createSecretStore } from '../../server/store/sealed.ts'
import { FakeClock } from '../fakes/clock.ts'
import { DataFolder, masterKey } from './store/data-folder.ts'

const many = 500
const ids = Array.from({ length: many }, (_, at) => `dev_${at}`)

let folder: DataFolder
let store: Store
let clock: FakeClock
let power: Power

/** What resets a machine takes as long as nobody has written here. */
const pipe = () => join(folder.path, 'pipe')

/** Notes how many of its kind run while it does. The last device's one fails. */
const program = (path: string) => `#!/bin/sh
name=$1
: >${path}/running/$$
set -- ${path}/running/*
echo $# >>${path}/counts
rm ${path}/running/$$
if [ "$name" = dev_${many - 1} ]; then echo 'no such domain' >&2; exit 1; fi
echo on
`

beforeEach(async () => {
  folder = await DataFolder.make()
  await mkdir(join(folder.path, 'running'))
  await writeFile(join(folder.path, 'status'), program(folder.path), { mode: 0o755 })
  execFileSync('mkfifo', [pipe()])
  store = await folder.open()
  await inTransaction(store, (within) => beginAudit(within, masterKey))
  const numbers = `with recursive n(at) as (select 0 union all select at + 1 from n where at < ${many - 1})`
  folder.meddle(
    "insert into projects (id, name, createdAt) values ('prj_one', 'one', 0)",
    `${numbers} insert into devices (id, projectId, name, description, enabled, transport, settings, allowLocalTargets, createdAt, updatedAt)
      select 'dev_' || at, 'prj_one', 'node-' || at, '', 0, '{}', '{}', 0, 0, 0 from n`,
    `${numbers} insert into power (deviceId, control, allowLocalTargets)
      select 'dev_' || at, json_object('kind', 'command', 'status', json_array('${join(folder.path, 'status')}', 'dev_' || at),
        'steps', json_object('reset', json_array('cat', '${pipe()}'))), 1 from n`,
  )
  const log = createLog('silent')
  clock = new FakeClock()
  const audit = createAudit({ store, masterKey, clock, log })
  power = await createPower({
    store,
    audit,
    clock,
    log,
    secrets: createSecretStore({ store, masterKey, clock }),
  })
})

afterEach(async () => {
  await power.close()
  await store.destroy()
  await folder.remove()
})

const counts = async () =>
  (await readFile(join(folder.path, 'counts'), 'utf8')).trim().split('\n').map(Number)
const look = () => ids.map((id) => power.glance(id))
const answered = () => look().filter(({ pending }) => !pending).length

test('of 500 devices is had by at most 16 programs at once, each asked once; one that is not had says why', async () => {
  expect(look().every(({ reading, pending }) => reading === null && pending)).toBe(true)
  await expect.poll(answered, { timeout: 60_000, interval: 20 }).toBe(many)
  const ran = await counts()
  expect(ran).toHaveLength(many)
  expect(Math.max(...ran)).toBeLessThanOrEqual(16)
  const readings = look().map(({ reading }) => reading)
  expect(readings.slice(0, -1).every((reading) => reading?.power === 'on')).toBe(true)
  expect(readings.at(-1)).toMatchObject({
    power: 'unknown',
    cause: { code: 'program-ended', message: expect.stringContaining('no such domain') },
  })
})

test('is not asked any more when nobody looks', async () => {
  look()
  clock.advance(10_000)
  // One that somebody waits for comes after what had begun, and before the rest; the rest is dropped in one go.
  expect(await power.read('dev_400')).toMatchObject({ power: 'on' })
  await power.close()
  expect((await counts()).length).toBeLessThanOrEqual(17)
})

test('is forgotten when a machine is switched, and when that has ended', async () => {
  const { id } = device
  const nothing = { reading: null, pending: true }
  const heard = () => power.glance(id).pending
  await power.read(id)
  expect(heard()).toBe(false)
  power.act(device, { act: 'reset' }, ann)
  expect(power.glance(id)).toEqual(nothing)
  await expect.poll(heard).toBe(false)
  await writeFile(pipe(), '')
  await expect.poll(() => power.run(id)?.state).toBe('done')
  expect(power.glance(id)).toEqual(nothing)
})

test('keeps no order waiting, however many are looked at', async () => {
  for (const id of ids) void power.read(id)
  power.act(device, { act: 'reset' }, ann)
  await writeFile(pipe(), '')
  expect((await counts()).length).toBeLessThan(many)
  await expect.poll(() => power.run(device.id)?.state).toBe('done')
})

const device = { id: 'dev_7', name: 'node-7', projectId: 'prj_one' }
const ann = { id: 'usr_ann', name: 'ann@example.org', address: null, label: 'Ann', capacity: {} }
