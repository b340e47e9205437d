import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { actOnDevice } from '../../../server/inject/device-act.ts'
import { requireProgram } from '../../lab/process.ts'
import { pushKey } from '../../unit/inject/device.ts'
import { keyNamed } from '../../unit/inject/keys.ts'
import { type TooledDevice, tooledDevice } from './tooled-device.ts'

const [K, L] = ['K', 'L'].map(keyNamed)
if (!K || !L) throw new Error('There are two keys.')
const lines = [K, L].map(({ text }) => `ssh-ed25519 ${text}\n`)
const old = '# ours\n'
const theirs = `# theirs ${'x'.repeat(300)}\n`

/** Another program writes at the very moment of the write: a tool of the device does, at the head of PATH. */
describe.each(['dash', 'bash', 'mksh', 'ksh93'])('somebody who writes meanwhile, in %s', (shell) => {
  let device: TooledDevice
  beforeEach(() => {
    device = tooledDevice(shell)
    writeFileSync(device.file, old, { mode: 0o600 })
  })
  afterEach(() => device.close())

  /** At the first write, or with each. */
  const atTheWrite = (before: string, after: string, always = false) => {
    const once = join(device.folder, 'once')
    const dd = requireProgram('dd')
    const guard = always ? '' : `[ -e ${once} ] && exec ${dd} "$@"\n: >${once}\n`
    device.tool('dd', `${guard}F=${device.file}\n${before}\n${dd} "$@" || exit\n${after}`)
  }
  const replaced = (how: string) => `${how} >$F.new; mv $F.new $F`
  const push = async () => {
    const keys = [pushKey(K), pushKey(L)]
    const act = { act: 'add', account: 'root', dryRun: false, keys, widen: [] } as const
    const {
      keys: acted,
      wrote,
      note,
    } = await actOnDevice(device.runner, act, { now: Date.now(), whole: true })
    return { results: acted.map(({ shown: { result, newLine } }) => [result, newLine]), wrote, note }
  }
  const content = () => readFileSync(device.file, 'latin1')

  test('nobody does: nothing is said of it', async () => {
    const { results, wrote, note } = await push()
    expect([results, wrote?.meanwhile, note]).toEqual([
      [
        ['added', 2],
        ['added', 3],
      ],
      false,
      '',
    ])
    expect(content()).toBe(old + lines.join(''))
  })

  test.each([
    ['adds a line', `printf %s '${theirs}' >>$F`, '', old + theirs + lines.join('')],
    ['writes what was there anew', '', replaced('sed s/ours/OURS/ $F'), `# OURS\n${lines.join('')}`],
  ])('%s: the keys stand, and it is told', async (_, before, after, left) => {
    atTheWrite(before, after)
    const { results, wrote, note } = await push()
    expect(content()).toBe(left)
    const first = left.split('\n').length - 2
    expect(results).toEqual([
      ['added', first],
      ['added', first + 1],
    ])
    expect(note).toMatch(/Another program wrote to .*authorized_keys at the same moment/)
    expect(wrote).toMatchObject({ before: old.length, after: left.length })
  })

  test.each([
    [
      'leaves a line without an end: the key that was glued to it is added once more',
      `printf '# no end' >>$F`,
      '',
      `${old}# no end${lines[0]}${lines[1]}${lines[0]}`,
      [4, 3],
    ],
    [
      'replaces the file: the keys are added once more',
      '',
      replaced(`(cat $F.old; printf %s '${theirs}')`),
      old + theirs + lines.join(''),
      [3, 4],
    ],
  ])('%s', async (_, before, after, left, numbers) => {
    writeFileSync(`${device.file}.old`, old)
    atTheWrite(before, after)
    const { results, wrote, note } = await push()
    expect(content()).toBe(left)
    expect(results.map(([result]) => result)).toEqual(['added', 'added'])
    expect(note).toContain('Another program wrote')
    expect(wrote).toMatchObject({ before: old.length, after: left.length })
    expect(results.map(([, number]) => number)).toEqual(numbers)
  })

  test('always replaces the file: it is given up, with words that are true', async () => {
    writeFileSync(`${device.file}.old`, old)
    atTheWrite('', replaced(`printf %s '${theirs}' >>$F.old; cat $F.old`), true)
    await expect(push()).rejects.toThrow(/were written, and are not in the file/)
    expect(content()).toBe(old + theirs.repeat(4))
  })
})
