import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Audit, auditHeadKey, beginAudit, createAudit } from '../../../server/audit/audit.ts'
import { hashOf, sealHead } from '../../../server/audit/chain.ts'
import { type Act, gatewayItself } from '../../../server/audit/entry.ts'
import { verifyChain } from '../../../server/audit/verify.ts'
import { createLog } from '../../../server/base/log.ts'
import { limits } from '../../../server/contract/limits.ts'
import type { AuditRow } from '../../../server/store/audit.ts'
import { inTransaction, type Store } from '../../../server/store/database.ts'
import { MasterKey } from '../../../server/store/master-key.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { DataFolder, masterKey } from '../store/data-folder.ts'

let folder: DataFolder
let store: Store
let audit: Audit
let logged: string

const newAudit = () =>
  createAudit({
    store,
    masterKey,
    clock: new FakeClock(),
    log: createLog('error', {
      write: (line) => {
        logged += line
      },
    }),
  })

beforeEach(async () => {
  logged = ''
  folder = await DataFolder.make()
  store = await folder.open()
  await inTransaction(store, (within) => beginAudit(within, masterKey))
  audit = newAudit()
})

afterEach(async () => {
  await store.destroy()
  await folder.remove()
})

const act = (target: string): Act => ({ action: 'device.changed', by: gatewayItself, target })

async function fill(count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) await audit.record(act(`device ${index}`))
}

/** What somebody does who can write the file: the triggers are the first thing to go. */
function meddle(...statements: string[]): void {
  const triggers = ['Update', 'Delete', 'Replace'].map((name) => `drop trigger if exists auditRefuses${name}`)
  folder.meddle(...triggers, ...statements)
}

const rows = () => folder.look<AuditRow>('select * from audit order by seq')
const text = (value: unknown) => (value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`)

/** Writes rows as they are, instead of those there are. */
function rewrite(all: readonly AuditRow[]): void {
  const inserts = all.map((row) => {
    const columns = Object.keys(row)
    return `insert into audit (${columns.join()}) values (${Object.values(row).map(text).join()})`
  })
  meddle('delete from audit', ...inserts)
}

/** Gives every row its place and its hash again, as somebody would who knows how the chain is made. */
function rechained(all: readonly AuditRow[]): AuditRow[] {
  let previous = '0'.repeat(64)
  return all.map((row, index) => {
    const linked = { ...row, seq: index + 1, previous }
    previous = hashOf(linked)
    return { ...linked, hash: previous }
  })
}

describe('the chain holds', () => {
  test('when nothing was recorded', async () => {
    expect(await audit.verify()).toMatchObject({ ok: true, count: 0 })
  })

  test('over several pages, and after a restart', async () => {
    await inTransaction(store, async (within) => {
      for (let index = 0; index < 1501; index += 1) await audit.within(within).record(act(`${index}`))
    })
    audit = newAudit()
    await fill(1)
    const last = rows().at(-1)
    expect(await audit.verify()).toEqual({ ok: true, count: 1502, head: { seq: 1502, hash: last?.hash } })
    expect(logged).toBe('')
  })

  test('whatever is recorded', async () => {
    const words = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\ud800', '\udfff', '\0', '"'),
        fc.string({ unit: 'binary', minLength: 1 }),
      ),
    })
    const value = fc.oneof(words, fc.double(), fc.boolean(), fc.constant(null))
    const acts = fc.record({ target: words, name: words, detail: fc.dictionary(words, value) })
    await fc.assert(
      fc.asyncProperty(acts, async ({ target, name, detail }) => {
        await audit.record({ ...act(target), by: { id: null, name, address: null }, detail })
      }),
      { numRuns: 100 },
    )
    expect(await audit.verify()).toMatchObject({ ok: true, count: 100 })
  })

  test('when many record at once, and a transaction of somebody else fails between them', async () => {
    const failing = inTransaction(store, async (within) => {
      await audit.within(within).record(act('not to be'))
      throw new Error('no')
    })
    const all = Array.from({ length: 50 }, (_, index) => audit.record(act(`${index}`)))
    await expect(failing).rejects.toThrow('no')
    await Promise.all(all)
    expect(await audit.verify()).toMatchObject({ ok: true, count: 50 })
    expect(rows().map((row) => row.target)).toEqual(all.map((_, index) => `${index}`))
  })

  test('when two processes record at once', async () => {
    const server = join(import.meta.dirname, '../../../server')
    const program = `
      const { createAudit } = await import('${server}/audit/audit.ts')
      const { gatewayItself } = await import('${server}/audit/entry.ts')
      const { openStore } = await import('${server}/store/database.ts')
      const { MasterKey } = await import('${server}/store/master-key.ts')
      const store = await openStore(process.argv[1])
      const audit = createAudit({ store, masterKey: new MasterKey(Buffer.alloc(32, 7)), clock: Date })
      for (let n = 0; n < 40; n += 1) await audit.record({ action: 'device.changed', by: gatewayItself })`
    const args = ['--input-type=module', '--eval', program, folder.database]
    await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, args)))
    expect(await audit.verify()).toMatchObject({ ok: true, count: 80 })
  })

  test('for a verifier beside a gateway that goes on recording', async () => {
    await fill(3)
    const recording = Promise.all(Array.from({ length: 20 }, (_, index) => audit.record(act(`${index}`))))
    const verdicts = await Promise.all(Array.from({ length: 5 }, () => audit.verify()))
    expect(verdicts.filter((verdict) => !verdict.ok)).toEqual([])
    await recording
  })
})

test.each([
  ['update', "update audit set actor = 'nobody' where seq = 2"],
  ['delete', 'delete from audit where seq = 2'],
  ['delete of the last', 'delete from audit where seq = 3'],
  [
    'replace',
    "insert or replace into audit select 2, at, action, actorId, 'nobody', address, projectId, deviceId, target, detail, previous, hash from audit where seq = 2",
  ],
  [
    'upsert',
    "insert into audit select * from audit where seq = 2 on conflict do update set actor = 'nobody'",
  ],
])('the database itself refuses: %s', async (_, statement) => {
  await fill(3)
  expect(() => folder.meddle(statement)).toThrow('audit is append-only')
  expect(await audit.verify()).toMatchObject({ ok: true, count: 3 })
})

describe('found by who has the master key:', () => {
  const renumber = (from: number, by: number) =>
    `update audit set seq = -seq where seq >= ${from}; update audit set seq = -seq + ${by} where seq < 0`
  const fields = ['at', 'action', 'actorId', 'actor', 'address', 'projectId', 'deviceId', 'target', 'detail']

  test.each([...fields, 'previous', 'hash'])('a changed %s', async (field) => {
    await fill(5)
    meddle(`update audit set ${field} = ${field === 'at' ? 1 : "'x'"} where seq = 3`)
    expect(await audit.verify()).toMatchObject({ ok: false, seq: 3, problem: 'changed' })
  })

  const swap = (a: number, b: number) =>
    `update audit set seq = 0 where seq = ${a}; update audit set seq = ${a} where seq = ${b}; update audit set seq = ${b} where seq = 0`
  const copyTo = (seq: number) =>
    `insert into audit select ${seq}, at, action, actorId, actor, address, projectId, deviceId, 'false', detail, previous, hash from audit where seq = 1`

  test.each([
    ['a removed first entry', 'delete from audit where seq = 1', 1, 'removed'],
    ['a removed entry', 'delete from audit where seq = 3', 3, 'removed'],
    ['several removed entries', 'delete from audit where seq in (3, 4)', 3, 'removed'],
    [
      'a removed entry, the others moved up',
      `delete from audit where seq = 3; ${renumber(4, -1)}`,
      3,
      'removed',
    ],
    ['two neighbours that changed places', swap(3, 4), 3, 'reordered'],
    ['two entries that changed places', swap(2, 5), 2, 'reordered'],
    ['an entry moved to the end', 'update audit set seq = 9 where seq = 3', 3, 'reordered'],
    ['a false entry, the others moved down', `${renumber(3, 1)}; ${copyTo(3)}`, 3, 'inserted'],
    ['a false entry before all', copyTo(0), 0, 'inserted'],
    ['a false entry at the end', copyTo(7), 7, 'inserted'],
    ['the last entry cut off', 'delete from audit where seq = 6', 6, 'tail-cut'],
    ['half of it cut off', 'delete from audit where seq > 3', 4, 'tail-cut'],
    ['everything cut off', 'delete from audit', 1, 'tail-cut'],
    [
      'everything and the head cut off',
      "delete from audit; delete from meta where key = 'audit-head'",
      0,
      'head-forged',
    ],
    ['the head taken away', "delete from meta where key = 'audit-head'", 6, 'head-forged'],
  ])('%s', async (_, statements, seq, problem) => {
    await fill(6)
    meddle(statements)
    expect(await audit.verify()).toMatchObject({ ok: false, seq, problem })
  })

  test('an entry written anew with its right hash', async () => {
    await fill(6)
    const all = rows()
    rewrite(
      all.map((row) =>
        row.seq === 3 ? { ...row, target: 'false', hash: hashOf({ ...row, target: 'false' }) } : row,
      ),
    )
    expect(await audit.verify()).toMatchObject({ ok: false, seq: 3, problem: 'rewritten' })
  })

  test('the whole chain made anew without an entry, with another, in another order, and with one more', async () => {
    await fill(6)
    const all = rows()
    const [first, second, ...others] = all
    if (first === undefined || second === undefined) throw new Error('There are six.')
    rewrite(rechained(all.filter((row) => row.seq !== 3)))
    expect(await audit.verify()).toMatchObject({ ok: false, seq: 6, problem: 'tail-cut' })
    rewrite(rechained(all.map((row) => (row.seq === 3 ? { ...row, target: 'false' } : row))))
    expect(await audit.verify()).toMatchObject({ ok: false, seq: 6, problem: 'rewritten' })
    rewrite(rechained([second, first, ...others]))
    expect(await audit.verify()).toMatchObject({ ok: false, seq: 6, problem: 'rewritten' })
    rewrite(rechained([...all, first]))
    expect(await audit.verify()).toMatchObject({ ok: false, seq: 7, problem: 'inserted' })
    rewrite(all)
    expect(await audit.verify()).toMatchObject({ ok: true })
  })

  test('a head made with another key, and one kept from earlier', async () => {
    await fill(3)
    const [early] = folder.look<{ value: string }>("select value from meta where key = 'audit-head'")
    await fill(3)
    const last = rows().at(-1)
    if (last === undefined || early === undefined) throw new Error('There are six.')
    const forged = sealHead({ seq: 6, hash: last.hash }, auditHeadKey(new MasterKey(Buffer.alloc(32, 8))))
    meddle(`update meta set value = ${text(forged)} where key = 'audit-head'`)
    expect(await audit.verify()).toMatchObject({ ok: false, seq: 6, problem: 'head-forged' })
    meddle(`update meta set value = ${text(early.value)} where key = 'audit-head'`)
    expect(await audit.verify()).toMatchObject({ ok: false, seq: 4, problem: 'inserted' })
  })

  test('an older database put back, by who noted the head', async () => {
    await fill(3)
    const noted = await audit.verify()
    await fill(3)
    const later = await audit.verify()
    if (!noted.ok || !later.ok) throw new Error('The chain holds.')
    const headKey = auditHeadKey(masterKey)
    expect(await verifyChain({ store, headKey, known: noted.head })).toMatchObject({ ok: true, count: 6 })
    meddle('delete from audit where seq > 3')
    meddle(`update meta set value = ${text(sealHead(noted.head, headKey))} where key = 'audit-head'`)
    expect(await verifyChain({ store, headKey })).toMatchObject({ ok: true, count: 3 })
    expect(await verifyChain({ store, headKey, known: later.head })).toMatchObject({
      ok: false,
      seq: 6,
      problem: 'rewritten',
    })
  })
})

describe('a gateway that finds its audit broken goes on, and makes nothing good:', () => {
  test.each([
    ['the tail cut off', 'delete from audit where seq > 3', { seq: 4, problem: 'removed' }],
    ['all of it gone', 'delete from audit', { seq: 1, problem: 'removed' }],
    ['the head gone', "delete from meta where key = 'audit-head'", { seq: 7, problem: 'broken-before' }],
    [
      'head and tail gone',
      "delete from audit where seq > 3; delete from meta where key = 'audit-head'",
      { seq: 4, problem: 'broken-before' },
    ],
    [
      'all and the head gone',
      "delete from audit; delete from meta where key = 'audit-head'",
      { seq: 1, problem: 'broken-before' },
    ],
  ])('%s', async (_, statements, found) => {
    await fill(6)
    meddle(statements)
    audit = newAudit()
    await fill(2)
    expect(await audit.verify()).toMatchObject({ ok: false, ...found })
    expect((await audit.query({})).map((entry) => entry.action).slice(0, 3)).toEqual([
      'device.changed',
      'device.changed',
      'audit.broken',
    ])
    expect(logged.split('\n').filter((line) => line.includes('not as the gateway left it'))).toHaveLength(1)
  })

  test('entries added behind its back', async () => {
    await fill(3)
    const all = rows()
    rewrite(rechained([...all, ...all]))
    await fill(1)
    expect(await audit.verify()).toMatchObject({ ok: false, seq: 6, problem: 'rewritten' })
  })
})

describe('when nothing can be written', () => {
  /** From here on, every change to the audit fails as on a full disk. */
  const block = () =>
    folder.meddle(
      "create trigger diskFull before insert on audit begin select raise(abort, 'disk full'); end",
    )
  const unblock = () => folder.meddle('drop trigger diskFull')

  test('recording fails, and what is done in its transaction is not done', async () => {
    block()
    await expect(audit.record(act('a'))).rejects.toThrow('disk full')
    const change = inTransaction(store, async (within) => {
      await within
        .insertInto('projects')
        .values({ id: 'prj_a', name: 'a', createdAt: 0, passwordHours: 24 })
        .execute()
      await audit.within(within).record(act('a'))
    })
    await expect(change).rejects.toThrow('disk full')
    expect(await store.selectFrom('projects').selectAll().execute()).toEqual([])
  })

  test('what must go on does; it is logged, counted, and told once when writing works again', async () => {
    await fill(1)
    block()
    await audit.recordOrLog(act('first'))
    await audit.recordOrLog(act('second'))
    await expect(audit.record(act('third'))).rejects.toThrow('disk full')
    expect(logged).toContain('"target":"first"')
    unblock()
    await Promise.all([audit.recordOrLog(act('fourth')), audit.record(act('fifth'))])
    expect(rows().map((row) => [row.action, row.target])).toEqual([
      ['device.changed', 'device 1'],
      ['audit.missed', null],
      ['device.changed', 'fourth'],
      ['device.changed', 'fifth'],
    ])
    const [missed] = await audit.query({ action: 'audit.missed' })
    expect(missed?.detail).toEqual({ count: 2, since: '2030-01-01T00:00:00.000Z' })
    expect(await audit.verify()).toMatchObject({ ok: true, count: 4 })
  })
})

test('queries are newest first, a page at a time, by device, action and project', async () => {
  await inTransaction(store, async (within) => {
    for (let index = 0; index < limits.pageSize + 5; index += 1) {
      const place = { projectId: `prj_${index % 2}`, deviceId: `dev_${index % 3}` }
      await audit.within(within).record({ ...act(`${index}`), ...place })
    }
    await audit.within(within).record({ action: 'gateway.started', by: gatewayItself })
  })
  const total = limits.pageSize + 6
  const first = await audit.query({})
  expect(first.map((entry) => entry.seq)).toEqual(
    Array.from({ length: limits.pageSize }, (_, index) => total - index),
  )
  const rest = await audit.query({ before: first.at(-1)?.seq })
  expect(rest.map((entry) => entry.seq)).toEqual([6, 5, 4, 3, 2, 1])
  const targets = async (filter: Parameters<Audit['query']>[0]) =>
    (await audit.query({ before: 10, ...filter })).map((entry) => entry.target)
  expect(await targets({ deviceId: 'dev_1' })).toEqual(['7', '4', '1'])
  expect(await targets({ projectIds: ['prj_0'] })).toEqual(['8', '6', '4', '2', '0'])
  expect(await targets({ projectIds: ['prj_0', 'prj_1'], deviceId: 'dev_2' })).toEqual(['8', '5', '2'])
  expect(await targets({ projectIds: [] })).toEqual([])
  expect((await audit.query({ action: 'gateway.started' })).map((entry) => entry.seq)).toEqual([total])
  expect(await audit.query({ action: 'gateway.started', projectIds: ['prj_0', 'prj_1'] })).toEqual([])
})
