import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startModule } from '../../../server/console/history/file-thread.ts'
import { Pen } from '../../../server/console/history/pen.ts'
import { leakCheck } from '../../contract/transports/leaks.ts'

const disk = <T>(work: () => Promise<T>): Promise<T> => work()

let folder: string
let files: FileHandle[]
let pen: Pen
let nothingIsLeft: () => Promise<void>
beforeEach(async () => {
  nothingIsLeft = await leakCheck()
  folder = await mkdtemp(join(tmpdir(), 'lifeline-pen-'))
  files = []
  pen = new Pen({ disk })
})
afterEach(async () => {
  await pen.close()
  for (const file of files) await file.close()
  await rm(folder, { recursive: true })
  await nothingIsLeft()
})

async function openFile(name: string): Promise<FileHandle> {
  const file = await open(join(folder, name), 'w')
  files.push(file)
  return file
}

const write = (file: FileHandle, chunks: Uint8Array[], position: number, named = false): Promise<number> =>
  pen.write({ file, chunks, position, named })

const read = (name: string): Promise<string> => readFile(join(folder, name), 'latin1')

test('pieces of many files at once come to their own places, also when they are too many for one go', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `file-${index}`)
  const opened = await Promise.all(names.map(openFile))
  const text = (index: number): Buffer => Buffer.alloc(10_000, `${index},`)
  const written = await Promise.all(
    opened.flatMap((file, index) => [
      write(file, [Buffer.from('begin '), text(index)], 0),
      write(file, [Buffer.from(' end')], 10_006),
    ]),
  )
  expect(written).toEqual(names.flatMap(() => [10_006, 4]))
  for (const [index, name] of names.entries())
    expect(await read(name)).toBe(`begin ${text(index).toString()} end`)
})

describe.each([
  ['few', 1],
  ['many', 50],
])('%s at once', (_, others) => {
  test('one that fails says why, and the others are written', async () => {
    const file = await openFile('good')
    const readOnly = await open(join(folder, 'good'), 'r')
    files.push(readOnly)
    const outcomes = await Promise.allSettled([
      write(readOnly, [Buffer.from('lost')], 0),
      ...Array.from({ length: others }, (_, at) => write(file, [Buffer.from('kept')], 4 * at)),
    ])
    const [failed, ...written] = outcomes
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'EBADF' } })
    expect(written).toEqual(Array.from({ length: others }, () => ({ status: 'fulfilled', value: 4 })))
    expect(await read('good')).toBe('kept'.repeat(others))
  })

  test('a file that lost its name is told where it must have one', async () => {
    const [gone, unnamed] = [await openFile('gone'), await openFile('unnamed')]
    await Promise.all(['gone', 'unnamed'].map((name) => rm(join(folder, name))))
    const file = await openFile('here')
    const outcomes = await Promise.allSettled([
      write(gone, [Buffer.from('lost')], 0, true),
      write(unnamed, [Buffer.from('kept')], 0),
      ...Array.from({ length: others }, (_, at) => write(file, [Buffer.from('kept')], 4 * at, true)),
    ])
    const [failed, ...written] = outcomes
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'ENOENT' } })
    expect(written).toEqual(Array.from({ length: others + 1 }, () => ({ status: 'fulfilled', value: 4 })))
  })
})

test('where no thread can be made, many pieces are written as few are', async () => {
  pen = new Pen({
    disk,
    start: () => {
      throw new Error('Resource temporarily unavailable')
    },
  })
  const file = await openFile('file')
  await Promise.all(Array.from({ length: 50 }, (_, at) => write(file, [Buffer.from('kept')], 4 * at)))
  expect(await read('file')).toBe('kept'.repeat(50))
})

test('a thread that ends takes what it had with it, and the next pieces have a new one', async () => {
  let started = 0
  const dying = (): Worker => new Worker('process.exit()', { eval: true })
  const writing = (): Worker => startModule('./pen-thread.ts', {})
  pen = new Pen({ disk, start: () => (++started === 1 ? dying() : writing()) })
  const file = await openFile('file')
  const fifty = (text: string) =>
    Promise.allSettled(Array.from({ length: 50 }, (_, at) => write(file, [Buffer.from(text)], 4 * at)))
  for (const outcome of await fifty('lost')) expect(outcome).toMatchObject({ status: 'rejected' })
  for (const outcome of await fifty('kept')) expect(outcome).toMatchObject({ status: 'fulfilled', value: 4 })
  expect(started).toBe(2)
  expect(await read('file')).toBe('kept'.repeat(50))
})
