import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Audit, beginAudit, createAudit } from '../../../server/audit/audit.ts'
import { gatewayItself } from '../../../server/audit/entry.ts'
import { createLog } from '../../../server/base/log.ts'
import type { Store } from '../../../server/store/database.ts'
import { unlockStore } from '../../../server/store/unlock.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { DataFolder } from '../store/data-folder.ts'

const program = join(import.meta.dirname, '../../../server/audit-verify.ts')

let folder: DataFolder
let store: Store
let audit: Audit

beforeEach(async () => {
  folder = await DataFolder.make()
  store = await folder.open()
  const source = { kind: 'file', path: join(folder.path, 'master.key') } as const
  const { masterKey } = await unlockStore({ store, source, onFirstUse: beginAudit })
  audit = createAudit({ store, masterKey, clock: new FakeClock(), log: createLog('silent') })
  for (let index = 0; index < 3; index += 1)
    await audit.record({ action: 'gateway.started', by: gatewayItself })
})

afterEach(async () => {
  await store.destroy()
  await folder.remove()
})

interface Ended {
  code: number
  stdout: string
  stderr: string
}

function verify(options: string[] = [], environment: Record<string, string> = {}): Promise<Ended> {
  const args = [program, '--data', folder.path, ...options]
  const env = { PATH: process.env.PATH, ...environment }
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      })
    })
  })
}

test('it proves the chain beside a running gateway and after its end, and changes nothing', async () => {
  const running = await verify()
  expect(running).toMatchObject({ code: 0, stderr: '' })
  expect(running.stdout).toMatch(/^The audit is whole: 3 entries\.\nhead 3:[0-9a-f]{64}\n$/)
  await store.destroy()
  const before = (await folder.contents()).get('lifeline.db')
  expect(await verify()).toEqual(running)
  expect((await folder.contents()).get('lifeline.db')).toEqual(before)
})

test('it ends with 1 and says what is wrong', async () => {
  folder.meddle('drop trigger auditRefusesDelete', 'delete from audit where seq = 2')
  const { code, stdout } = await verify()
  expect(code).toBe(1)
  expect(stdout).toBe('The audit is NOT whole (removed at 2).\nEntry 2 was removed.\n')
})

test('it knows a head that was printed earlier', async () => {
  const head = (await verify()).stdout.match(/head (.*)/)?.[1] ?? ''
  await audit.record({ action: 'gateway.stopped', by: gatewayItself })
  expect(await verify(['--expect', head])).toMatchObject({ code: 0 })
  const other = head.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
  expect(await verify(['--expect', other])).toMatchObject({ code: 1 })
})

test('it takes the key from where the settings say, or from another file', async () => {
  const key = Buffer.alloc(32, 9).toString('base64')
  await writeFile(join(folder.path, 'other.key'), key, { mode: 0o600 })
  for (const wrong of [
    await verify(['--master-key-file', join(folder.path, 'other.key')]),
    await verify([], { LIFELINE_MASTER_KEY: key }),
    await verify([], { LIFELINE_MASTER_KEY_COMMAND: JSON.stringify(['echo', key]) }),
  ]) {
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('is not the one that this database is sealed with')
  }
  const right = ['--master-key-file', join(folder.path, 'master.key')]
  expect(await verify(right, { LIFELINE_MASTER_KEY: key })).toMatchObject({ code: 0 })
})

test.each([
  ['an option it does not know', ['--fast'], 'usage:'],
  ['a head that is none', ['--expect', '3'], '--expect wants SEQ:HASH'],
  ['a folder without a database', ['--data', '/none'], '/none/lifeline.db cannot be opened'],
])('it ends with 2 for %s', async (_, options, message) => {
  const ended = await verify(options)
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toContain(message)
  expect(ended.stderr).not.toContain('    at ')
})
