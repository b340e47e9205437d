import { constants } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownFiles, sharedFiles } from '../../../server/console/history/files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeline-files-'))
})
afterEach(() => rm(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)

describe.each([
  ['that wait in another thread', sharedFiles],
  ['that are waited for here', ownFiles],
])('files %s', (_, files) => {
  test('a folder is made with those above it, for its owner alone, and may be there already', async () => {
    const deep = at('a/b')
    await files.mkdir(deep, { recursive: true, mode: 0o700 })
    await files.mkdir(deep, { recursive: true, mode: 0o700 })
    expect((await stat(deep)).mode & 0o777).toBe(0o700)
    expect(await files.readdir(at('a'))).toEqual(['b'])
    await files.access(deep, constants.W_OK)
  })

  test('a file is written and read where it is asked for', async () => {
    await writeFile(at('file'), 'abcdef')
    const file = await files.open(at('file'), 'r+')
    expect(await file.write(Buffer.from('..XY..'), 2, 2, 3)).toMatchObject({ bytesWritten: 2 })
    const into = Buffer.alloc(8, '-')
    expect(await file.read(into, 1, 7, 2)).toMatchObject({ bytesRead: 4 })
    expect(await file.stat()).toMatchObject({ size: 6 })
    await file.close()
    expect(into.toString()).toBe('-cXYf---')
    expect((await files.readFile(at('file'))).toString()).toBe('abcXYf')
  })

  test('a new file is for its owner alone', async () => {
    const file = await files.open(at('new'), 'w', 0o600)
    await file.close()
    expect((await stat(at('new'))).mode & 0o777).toBe(0o600)
  })

  test('a file is measured, cut and removed', async () => {
    await writeFile(at('file'), 'abcdef')
    const { mtimeMs } = await stat(at('file'))
    expect(await files.stat(at('file'))).toMatchObject({ size: 6, mtimeMs })
    await files.truncate(at('file'), 2)
    expect(await readFile(at('file'), 'latin1')).toBe('ab')
    await files.unlink(at('file'))
    expect(await files.readdir(folder)).toEqual([])
  })

  test('what cannot be done rejects, with the code of the system call', async () => {
    await mkdir(at('folder'))
    await writeFile(at('file'), '')
    const tries = {
      mkdir: files.mkdir(at('file/under'), { recursive: true, mode: 0o700 }),
      access: files.access(at('none'), constants.W_OK),
      readdir: files.readdir(at('none')),
      readFile: files.readFile(at('folder')),
      stat: files.stat(at('none')),
      truncate: files.truncate(at('none'), 0),
      unlink: files.unlink(at('none')),
      open: files.open(at('none'), 'r'),
    }
    const codes = Object.entries(tries).map(async ([name, tried]) => {
      const code = await tried.then(
        () => 'done',
        (error: NodeJS.ErrnoException) => error.code,
      )
      return [name, code]
    })
    expect(Object.fromEntries(await Promise.all(codes))).toEqual({
      mkdir: 'ENOTDIR',
      access: 'ENOENT',
      readdir: 'ENOENT',
      readFile: 'EISDIR',
      stat: 'ENOENT',
      truncate: 'ENOENT',
      unlink: 'ENOENT',
      open: 'ENOENT',
    })
  })
})
