import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PushKey } from '../../../server/inject/plan.ts'
import { type PushOutcome, pushKeys } from '../../../server/inject/push.ts'
import { removeKeys } from '../../../server/inject/remove.ts'
import { fingerprintOf, keyLine } from '../../fakes/key-lines.ts'
import { accountsCanBeMade } from '../../lab/account.ts'
import { type Userland, userlands } from '../../lab/userlands.ts'

/** BusyBox alone, with the files of OpenWrt that a look finds. Its Dropbear is patched to read root's keys there; Debian's is not. */
describe.skipIf(!accountsCanBeMade())('OpenWrt (needs root, for chroot)', () => {
  let land: Userland
  const lines = [keyLine('ann'), keyLine('ben')]
  beforeEach(() => {
    const busyBox = userlands.find(({ name }) => name === 'BusyBox')
    if (busyBox === undefined) throw new Error('There is no BusyBox.')
    land = busyBox.open()
    writeFileSync(land.here('/etc/openwrt_release'), "DISTRIB_ID='OpenWrt'\n")
    mkdirSync(land.here('/etc/dropbear'), { mode: 0o700 })
    symlinkSync('busybox', land.here('/bin/dropbear'))
  })
  afterEach(() => land.close())

  const runner = {
    run: ({ common, text }: { common: string; text: string }) => land.run(`${common}\n${text}`),
  }
  const keys = lines.map((line): PushKey => {
    const [type = '', base64 = '', comment = ''] = line.split(' ')
    return { type, blob: Buffer.from(base64, 'base64'), comment }
  })
  const push = () => pushKeys({ runner, account: 'root', keys, now: 0 })
  const resultsOf = (outcome: PushOutcome) =>
    outcome.kind === 'done' ? outcome.keys.map(({ result }) => result) : outcome.why
  const file = () => land.here('/etc/dropbear/authorized_keys')

  test('keys of root go to the place of Dropbear, once, and are taken away there', async () => {
    expect(resultsOf(await push())).toEqual(['added', 'added'])
    expect(readFileSync(file(), 'utf8')).toBe(`${lines.join('\n')}\n`)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readdirSync(land.here('/'))).not.toContain('root')
    expect(resultsOf(await push())).toEqual(['present', 'present'])
    const [first = '', second = ''] = lines
    const act = { withOptions: false, allowLast: false, dryRun: false }
    await removeKeys({ runner, account: 'root', keys: [fingerprintOf(first)], now: 0, ...act })
    expect(readFileSync(file(), 'utf8')).toBe(`${second}\n`)
  })

  test('the mode of the file is put right, and that of its folder, which is the system’s, is named', async () => {
    writeFileSync(file(), `${lines[0]}\n`)
    chmodSync(file(), 0o666)
    expect(resultsOf(await push())).toEqual(['present', 'added'])
    expect(statSync(file()).mode & 0o777).toBe(0o644)
    chmodSync(land.here('/etc/dropbear'), 0o777)
    expect(resultsOf(await push())).toMatch(/chmod go-w \/etc\/dropbear$/)
  })
})
