import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import type { Store } from '../../../server/store/database.ts'
import { outputOf } from '../../../server/store/key-command.ts'
import { type MasterKeySource, masterKeySource } from '../../../server/store/key-source.ts'
import { createSecretStore } from '../../../server/store/sealed.ts'
import { unlockStore } from '../../../server/store/unlock.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { DataFolder } from './data-folder.ts'

const right = Buffer.alloc(32, 1).toString('base64')
const other = Buffer.alloc(32, 2).toString('base64')
const owner = { kind: 'device', id: 'dev_one' } as const

let folder: DataFolder
let store: Store
let keyFile: MasterKeySource & { kind: 'file' }
let firstUses: number

beforeEach(async () => {
  folder = await DataFolder.make()
  store = await folder.open()
  keyFile = { kind: 'file', path: join(folder.path, 'master.key') }
  firstUses = 0
})

afterEach(async () => {
  await store.destroy()
  await folder.remove()
})

const value = (text: string): MasterKeySource => ({ kind: 'value', value: new Secret(text) })
const command = (script: string): MasterKeySource => ({ kind: 'command', argv: ['/bin/sh', '-c', script] })
const unlock = (source: MasterKeySource) =>
  unlockStore({
    store,
    source,
    onFirstUse: async () => {
      firstUses += 1
    },
  })

async function useWith(source: MasterKeySource, secret: string): Promise<void> {
  const { masterKey } = await unlock(source)
  await createSecretStore({ store, masterKey, clock: new FakeClock() }).put(
    owner,
    'password',
    new Secret(secret),
  )
}

async function readWith(source: MasterKeySource): Promise<string | undefined> {
  const { masterKey } = await unlock(source)
  const secrets = createSecretStore({ store, masterKey, clock: new FakeClock() })
  return (await secrets.get(owner, 'password'))?.reveal()
}

/** Closes the store as a gateway's end does, so that only what the next start does can change the files. */
async function restart(): Promise<Map<string, Buffer>> {
  await store.destroy()
  const before = await folder.contents()
  store = await folder.open()
  return before
}

async function contentsAfterEnd(): Promise<Map<string, Buffer>> {
  await store.destroy()
  const after = await folder.contents()
  store = await folder.open()
  return after
}

describe('at first start', () => {
  test('a key file is made, for its owner only, and used from then on', async () => {
    const { made } = await unlock(keyFile)
    expect(made).toBe(keyFile.path)
    expect((await stat(keyFile.path)).mode & 0o777).toBe(0o600)
    expect(Buffer.from(await readFile(keyFile.path, 'latin1'), 'base64')).toHaveLength(32)
    expect((await unlock(keyFile)).made).toBeUndefined()
    expect(firstUses).toBe(1)
  })

  test('a key file that is there is used as it is', async () => {
    await writeFile(keyFile.path, `${right}\n`, { mode: 0o600 })
    await useWith(keyFile, 'kept')
    expect(await readFile(keyFile.path, 'latin1')).toBe(`${right}\n`)
    expect(await readWith(value(right))).toBe('kept')
  })

  test('a setting and a command give the same key', async () => {
    await useWith(value(right), 'kept')
    expect(await readWith(command(`echo; echo ' ${right}'`))).toBe('kept')
  })

  test('a key file that was made before a crash ties the database at the next start', async () => {
    await writeFile(keyFile.path, right, { mode: 0o600 })
    expect((await unlock(keyFile)).made).toBeUndefined()
    expect(firstUses).toBe(1)
  })

  test('where the first use fails, the database is not tied', async () => {
    const attempt = unlockStore({
      store,
      source: value(right),
      onFirstUse: () => Promise.reject(new Error('no')),
    })
    await expect(attempt).rejects.toThrow('no')
    await useWith(value(other), 'kept')
  })
})

describe('a start with a sealed database refuses, loses nothing and says so', () => {
  beforeEach(() => useWith(value(right), 'kept'))

  const refused: [string, () => MasterKeySource, RegExp][] = [
    ['with another key as setting', () => value(other), /from the setting master_key is not the one/],
    ['with another key in the file', () => keyFile, /from the file .*master\.key is not the one/],
    [
      'with another key from a command',
      () => command(`echo ${other}`),
      /from the command \/bin\/sh is not the one/,
    ],
    ['without the key file', () => ({ ...keyFile, path: `${keyFile.path}.gone` }), /gone does not exist/],
    ['with a password for a key', () => value('correct horse battery'), /is not a master key/],
    [
      'with a command that fails',
      () => command('echo no card >&2; exit 3'),
      /ended with 3: no card\. Nothing/,
    ],
    [
      'with a command that does not exist',
      () => ({ kind: 'command', argv: ['/none'] }),
      /could not be started/,
    ],
  ]

  test.each(refused)('%s', async (_, source, message) => {
    await writeFile(keyFile.path, other, { mode: 0o600 })
    const before = await restart()
    await expect(unlock(source())).rejects.toMatchObject({ code: 'wrong-master-key' })
    await expect(unlock(source())).rejects.toThrow(message)
    await expect(unlock(source())).rejects.toThrow('Nothing was changed')
    expect(await contentsAfterEnd()).toEqual(before)
    expect(await readWith(value(right))).toBe('kept')
  })

  test('with the mark of its key taken out, rather than take any key', async () => {
    folder.meddle("delete from meta where key = 'master-key'")
    await expect(unlock(value(other))).rejects.toThrow('no mark that proves its master key')
    await expect(unlock(keyFile)).rejects.toMatchObject({ code: 'wrong-master-key' })
    await expect(stat(keyFile.path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('a key file', () => {
  test.each([0o640, 0o604, 0o620, 0o602, 0o644, 0o666])(
    'of mode %o is refused, with what to do',
    async (mode) => {
      await writeFile(keyFile.path, right)
      await chmod(keyFile.path, mode)
      await expect(unlock(keyFile)).rejects.toThrow(`chmod 600 ${keyFile.path}`)
      expect(firstUses).toBe(0)
    },
  )

  test('that is a folder, or lies in none, is refused in words', async () => {
    await mkdir(keyFile.path, { mode: 0o700 })
    await expect(unlock(keyFile)).rejects.toThrow('cannot be read (EISDIR)')
    const nowhere = join(folder.path, 'none', 'master.key')
    await expect(unlock({ kind: 'file', path: nowhere })).rejects.toThrow('cannot be made (ENOENT)')
  })
})

describe('a command', () => {
  test('gets its arguments as they are: there is no shell', async () => {
    const argv = ['/usr/bin/printf', '%s', `$(echo ${right})`]
    await expect(unlock({ kind: 'command', argv })).rejects.toThrow('is not a master key')
    await unlock({ kind: 'command', argv: ['/usr/bin/printf', '%s', right] })
  })

  test('that prints without end is stopped, with what it has started', async () => {
    const pidFile = join(folder.path, 'pid')
    const script = `sleep 600 & echo $! > ${pidFile}; yes`
    await expect(unlock(command(script))).rejects.toThrow('printed far more than a key')
    const pid = (await readFile(pidFile, 'latin1')).trim()
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false))
  })

  test('that does not end is not waited for', async () => {
    const said = outputOf(['/bin/sh', '-c', `trap '' TERM; echo ${right}; sleep 600`], 200)
    await expect(said).rejects.toThrow('did not end within 0.2 s')
  })

  test('may complain, but nothing that could be a key is repeated', async () => {
    const script = `printf 'first\\nbad key ${right}\\033[2J in slot 1\\n' >&2; exit 1`
    const error = await unlock(command(script)).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ message: expect.stringContaining('bad key [left out] [2J in slot 1') })
    expect(String(error)).not.toContain(right)
  })
})

test('no message holds any part of what was given for a key', async () => {
  const almost = `${right.slice(0, 30)}!${right.slice(31)}`
  for (const source of [value(almost), command(`echo '${almost}'`)]) {
    const error = await unlock(source).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'wrong-master-key' })
    expect(String(error)).not.toContain(almost.slice(0, 8))
  }
})

test('the source is what the settings say, and master.key in the data folder when they say nothing', () => {
  const none = {
    masterKey: undefined,
    masterKeyFile: undefined,
    masterKeyCommand: undefined,
    dataDir: '/data',
  }
  expect(masterKeySource(none)).toEqual({ kind: 'file', path: '/data/master.key' })
  expect(masterKeySource({ ...none, masterKeyFile: '/k' })).toEqual({ kind: 'file', path: '/k' })
  expect(masterKeySource({ ...none, masterKeyCommand: ['pass'] })).toEqual({
    kind: 'command',
    argv: ['pass'],
  })
  const given = new Secret(right)
  expect(masterKeySource({ ...none, masterKey: given })).toEqual({ kind: 'value', value: given })
})

function isRunning(pid: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'latin1' })
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}
