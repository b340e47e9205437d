import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import { inTransaction, type Store } from '../../../server/store/database.ts'
import { createSecretStore, type SecretOwner, type SecretStore } from '../../../server/store/sealed.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { DataFolder, masterKey } from './data-folder.ts'

const one: SecretOwner = { kind: 'device', id: 'dev_one' }
const two: SecretOwner = { kind: 'device', id: 'dev_two' }

let folder: DataFolder
let store: Store
let secrets: SecretStore

beforeEach(async () => {
  folder = await DataFolder.make()
  store = await folder.open()
  secrets = createSecretStore({ store, masterKey, clock: new FakeClock() })
})

afterEach(async () => {
  await store.destroy()
  await folder.remove()
})

const read = async (owner: SecretOwner, name: string) => (await secrets.get(owner, name))?.reveal()

test('what is put under a name is got under it, and nowhere else', async () => {
  const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
  await fc.assert(
    fc.asyncProperty(texts, texts, async (name, value) => {
      await secrets.put(one, name, new Secret(value))
      expect(await read(one, name)).toBe(value)
      expect(await read(two, name)).toBeUndefined()
      await secrets.remove(one, name)
      expect(await read(one, name)).toBeUndefined()
    }),
    { numRuns: 50 },
  )
})

test('putting again replaces, and removing one leaves the others', async () => {
  await secrets.put(one, 'password', new Secret('first'))
  await secrets.put(one, 'password', new Secret('second'))
  await secrets.put(one, 'passphrase', new Secret('third'))
  await secrets.put(two, 'password', new Secret('fourth'))
  expect(await secrets.names(one)).toEqual(['passphrase', 'password'])
  expect(await secrets.namesOfAll('device')).toEqual(
    new Map([
      ['dev_one', ['passphrase', 'password']],
      ['dev_two', ['password']],
    ]),
  )
  await secrets.remove(one, 'password')
  expect([await read(one, 'password'), await read(one, 'passphrase')]).toEqual([undefined, 'third'])
  await secrets.removeAll(one)
  expect([await secrets.names(one), await read(two, 'password')]).toEqual([[], 'fourth'])
})

test('within a transaction, a secret is kept with it or not at all', async () => {
  await secrets.put(one, 'password', new Secret('old'))
  const attempt = inTransaction(store, async (within) => {
    const inside = secrets.within(within)
    await inside.put(one, 'password', new Secret('new'))
    expect((await inside.get(one, 'password'))?.reveal()).toBe('new')
    throw new Error('no')
  })
  await expect(attempt).rejects.toThrow('no')
  expect(await read(one, 'password')).toBe('old')
})

test.each([
  ['another owner', "update sealed set ownerId = 'dev_two'", two, 'password'],
  ['another name', "update sealed set name = 'passphrase'", one, 'passphrase'],
  ['another id', "update sealed set id = 'sec_other'", one, 'password'],
  ['another ciphertext', 'update sealed set ciphertext = wrappedKey', one, 'password'],
  ['an empty ciphertext', "update sealed set ciphertext = x''", one, 'password'],
] as const)('a row given %s is refused in words', async (_, statement, owner, name) => {
  await secrets.put(one, 'password', new Secret('the BMC password'))
  folder.meddle(statement)
  await expect(secrets.get(owner, name)).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining(`${name} of device ${owner.id} cannot be opened`),
  })
})

test('the sealed parts of two rows cannot be exchanged, together or apart', async () => {
  await secrets.put(one, 'password', new Secret('of one'))
  await secrets.put(two, 'password', new Secret('of two'))
  const swap = (...columns: string[]) =>
    `create temp table other as select * from sealed; update sealed set ${columns
      .map((column) => `${column} = (select ${column} from other where other.id <> sealed.id)`)
      .join(', ')}`
  for (const columns of [['ciphertext'], ['wrappedKey'], ['ciphertext', 'wrappedKey']]) {
    folder.meddle(swap(...columns))
    await expect(secrets.get(one, 'password'), columns.join()).rejects.toMatchObject({
      code: 'storage-failed',
    })
    folder.meddle(swap(...columns))
    expect([await read(one, 'password'), await read(two, 'password')]).toEqual(['of one', 'of two'])
  }
})

test('no eight bytes of a secret are in any file, before and after it is replaced and removed', async () => {
  const value = 'Zq7-umbrella-KDFwx92-harmonica-1133-LpQvb'
  const pieces = Array.from({ length: value.length - 7 }, (_, at) => value.slice(at, at + 8))
  const found = async () => {
    const files = await folder.contents()
    expect(files.size).toBeGreaterThan(1)
    return [...files].flatMap(([name, bytes]) =>
      pieces.filter((piece) => bytes.includes(piece)).map((piece) => `${name}: ${piece}`),
    )
  }
  await secrets.put(one, 'marker-name-in-clear', new Secret(value))
  expect(await found()).toEqual([])
  const names = [...(await folder.contents()).values()].some((bytes) =>
    bytes.includes('marker-name-in-clear'),
  )
  expect(names, 'the search finds what is there').toBe(true)
  await secrets.put(one, 'marker-name-in-clear', new Secret(`${value}2`))
  await secrets.removeAll(one)
  expect(await found()).toEqual([])
})
