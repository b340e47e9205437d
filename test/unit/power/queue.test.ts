import { beforeEach, expect, test } from 'vitest'
import { createPowerQueue, type PowerQueue, type Turn } from '../../../server/power/queue.ts'

let queue: PowerQueue
let begun: string[]
let ends: Map<string, () => void>

beforeEach(() => {
  queue = createPowerQueue(2)
  begun = []
  ends = new Map()
})

function ask(name: string, turn: Partial<Turn> = {}): Promise<string | undefined> {
  return queue({ for: 'list', alone: name, ...turn }, async () => {
    begun.push(name)
    await new Promise<void>((resolve) => ends.set(name, resolve))
    return name
  })
}

async function end(name: string): Promise<void> {
  ends.get(name)?.()
  await new Promise(setImmediate)
}

test('runs no more than so many, in the order they came', async () => {
  const all = ['a', 'b', 'c', 'd'].map((name) => ask(name))
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
  for (const name of ['a', 'c', 'd']) await end(name)
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd'])
})

test('lets an order go before what somebody looks at, and that before the questions of a list', async () => {
  for (const name of ['a', 'b', 'c']) ask(name)
  ask('look', { for: 'look' })
  ask('order', { for: 'order', alone: undefined })
  for (const name of ['a', 'b', 'order']) await end(name)
  expect(begun).toEqual(['a', 'b', 'order', 'look', 'c'])
})

test('asks one thing at a time of an address, and others meanwhile', async () => {
  ask('a', { alone: 'bmc' })
  ask('b', { alone: 'bmc', for: 'look' })
  ask('c')
  expect(begun).toEqual(['a', 'c'])
  await end('c')
  expect(begun).toEqual(['a', 'c'])
  await end('a')
  expect(begun).toEqual(['a', 'c', 'b'])
})

test('does not begin what nobody wants any more', async () => {
  ask('a')
  ask('b')
  const left = ask('c', { wanted: () => false })
  ask('d')
  await end('a')
  expect(await left).toBeUndefined()
  expect(begun).toEqual(['a', 'b', 'd'])
})

test('goes on after a failure, and tells it', async () => {
  const failing = queue({ for: 'list', alone: 'x' }, () => Promise.reject(new Error('gone')))
  await expect(failing).rejects.toThrow('gone')
  ask('x')
  expect(begun).toEqual(['x'])
})
