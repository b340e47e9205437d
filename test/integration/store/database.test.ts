import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../../../server/base/errors.ts'
import { inTransaction, openStore, openStoreToRead, type Store } from '../../../server/store/database.ts'
import { deviceRepository } from '../../../server/store/devices.ts'
import { isBrokenReference, isDuplicate } from '../../../server/store/failures.ts'
import { metaRepository } from '../../../server/store/meta.ts'
import { projectRepository } from '../../../server/store/projects.ts'
import { record } from '../../unit/devices/inputs.ts'
import { DataFolder } from './data-folder.ts'

let folder: DataFolder
let store: Store

beforeEach(async () => {
  folder = await DataFolder.make()
  store = await folder.open()
})

afterEach(async () => {
  await store.destroy()
  await folder.remove()
})

const project = (name: string) => ({ id: `prj_${name}`, name, createdAt: 0, passwordHours: 24 })

test('its files are readable by their owner only', async () => {
  await projectRepository(store).add(project('a'))
  for (const name of (await folder.contents()).keys()) {
    expect((await stat(join(folder.path, name))).mode & 0o777, name).toBe(0o600)
  }
})

test('a transaction happens whole or not at all', async () => {
  const failure = new Error('no')
  const attempt = inTransaction(store, async (within) => {
    await metaRepository(within).write('audit-head', 'half')
    throw failure
  })
  await expect(attempt).rejects.toBe(failure)
  expect(await metaRepository(store).read('audit-head')).toBeUndefined()
})

test('a transaction within a transaction is the same one', async () => {
  const attempt = inTransaction(store, async (within) => {
    await inTransaction(within, (inner) => metaRepository(inner).write('audit-head', 'inner'))
    throw new Error('no')
  })
  await expect(attempt).rejects.toThrow('no')
  expect(await metaRepository(store).read('audit-head')).toBeUndefined()
})

test('beginning a second one inside is an error, and not a wait without end', async () => {
  const attempt = inTransaction(store, () => inTransaction(store, async () => 'never'))
  await expect(attempt).rejects.toThrow('use the store it was given')
  await expect(inTransaction(store, async () => 'afterwards')).resolves.toBe('afterwards')
})

test('what is started inside may begin one of its own when the first is over', async () => {
  let later: Promise<string> | undefined
  const gate = Promise.withResolvers<void>()
  await inTransaction(store, async () => {
    later = gate.promise.then(() => inTransaction(store, async () => 'later'))
  })
  gate.resolve()
  expect(await later).toBe('later')
})

test('a full disk is told in words, rolls back, and passes', async () => {
  const [{ page_count: pages } = { page_count: 0 }] = folder.look<{ page_count: number }>('pragma page_count')
  const { sql } = await import('kysely')
  await sql.raw(`pragma max_page_count = ${pages}`).execute(store)
  const attempt = inTransaction(store, async (within) => {
    await projectRepository(within).add(project('small'))
    await metaRepository(within).write('audit-head', 'x'.repeat(1_000_000))
  })
  const error = await attempt.catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({ code: 'storage-failed', message: expect.stringContaining('full') })
  await sql.raw('pragma max_page_count = 100000').execute(store)
  await projectRepository(store).add(project('small'))
})

test('a duplicate and a missing reference are told from other failures', async () => {
  await projectRepository(store).add(project('a'))
  const twice = await projectRepository(store)
    .add({ ...project('a'), id: 'prj_b' })
    .catch((caught: unknown) => caught)
  expect(isDuplicate(twice, 'projects.name')).toBe(true)
  expect(isDuplicate(twice, 'devices.name')).toBe(false)
  expect(isBrokenReference(twice)).toBe(false)
  const orphan = await store
    .insertInto('members')
    .values({ projectId: 'prj_none', userId: 'usr_none', role: 'owner', createdAt: 0 })
    .execute()
    .catch((caught: unknown) => caught)
  expect(isBrokenReference(orphan)).toBe(true)
  const { secretsKept: _, ...device } = record({ projectId: 'prj_a' })
  await deviceRepository(store).add(device)
  const stillUsed = await store
    .deleteFrom('projects')
    .execute()
    .catch((caught: unknown) => caught)
  expect(isBrokenReference(stillUsed)).toBe(true)
})

test('a migration that fails leaves nothing of itself', async () => {
  const other = join(folder.path, 'other.db')
  folder.meddle(`attach '${other}' as other; create table other.sealed (id text)`)
  await expect(openStore(other)).rejects.toThrow('already exists')
  folder.meddle(`attach '${other}' as other; drop table other.sealed`)
  await (await openStore(other)).destroy()
})

test('what cannot be opened is told in words', async () => {
  const nowhere = join(folder.path, 'none', 'x.db')
  const told = { code: 'storage-failed', message: expect.stringContaining(nowhere) }
  await expect(openStore(nowhere)).rejects.toMatchObject(told)
  expect(() => openStoreToRead(nowhere)).toThrow(expect.objectContaining(told))
  const picture = join(folder.path, 'picture.png')
  await writeFile(picture, 'x'.repeat(10_000))
  await expect(openStore(picture)).rejects.toMatchObject({
    message: expect.stringContaining('not a database'),
  })
})

test('opened to read, it reads beside a writer and writes nothing', async () => {
  const reader = openStoreToRead(folder.database)
  await projectRepository(store).add(project('a'))
  expect(await inTransaction(reader, (within) => projectRepository(within).find('prj_a'))).toBeDefined()
  await expect(projectRepository(reader).add(project('b'))).rejects.toMatchObject({ code: 'storage-failed' })
  await reader.destroy()
})

test('what was committed survives the writer being killed in its next transaction', async () => {
  const database = join(import.meta.dirname, '../../../server/store/database.ts')
  const program = `
    const { openStore, inTransaction } = await import(${JSON.stringify(database)})
    const store = await openStore(process.argv[1])
    const add = (within, id) => within.insertInto('projects').values({ id, name: id, createdAt: 0 }).execute()
    await inTransaction(store, (within) => add(within, 'committed'))
    await inTransaction(store, async (within) => {
      await add(within, 'under way')
      console.log('now')
      await new Promise((resolve) => setTimeout(resolve, 600000))
    })`
  const writer = spawn(process.execPath, ['--input-type=module', '--eval', program, folder.database])
  await once(writer.stdout, 'data')
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  const projects = await store.selectFrom('projects').select('id').execute()
  expect(projects).toEqual([{ id: 'committed' }])
  await projectRepository(store).add(project('afterwards'))
})
