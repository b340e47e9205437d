import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest'
import type { PushKey } from '../../server/inject/plan.ts'
import { Stopped } from '../../server/operator/stopped.ts'
import { type GettyOptions, gettyNeeds } from '../lab/getty.ts'
import type { Shaping } from '../lab/shaper.ts'
import { type ConsoleDesk, deskAtLogin } from './operator/console-desk.ts'
import { fileOf, linesOf, password, push, resultsOf, threeKeys } from './operator/console-push.ts'

const needs = gettyNeeds()

type Machine = Partial<GettyOptions> & { line?: Shaping }

const slowAndFast = (name: string, machine: Machine): [string, Machine][] => [
  [`${name} at 115200 baud`, { ...machine, line: { bytesPerSecond: 11_520 } }],
  [`${name} at 9600 baud, in fragments`, { ...machine, line: { bytesPerSecond: 960, fragment: 16 } }],
]

describe(needs === undefined ? 'a push over the console' : `a push over the console (needs ${needs})`, {
  concurrent: true,
  skip: needs !== undefined,
}, () => {
  let folder: string
  let keys: PushKey[]
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeline-push-'))
    keys = await threeKeys(folder)
  })
  afterAll(() => rm(folder, { recursive: true }))

  const open = (test: Pick<TestContext, 'onTestFinished'>, options: Machine = {}): Promise<ConsoleDesk> =>
    deskAtLogin(test, { password, ...options })

  test.for<[string, Machine]>([
    ...slowAndFast('bash', { shell: '/bin/bash' }),
    ...slowAndFast('dash', { shell: '/bin/dash' }),
    ...slowAndFast('zsh', { shell: '/bin/zsh' }),
    ...slowAndFast('fish', { shell: '/usr/bin/fish' }),
    ...slowAndFast('tcsh', { shell: '/bin/tcsh' }),
    ...slowAndFast('mksh', { shell: '/bin/mksh' }),
    ...slowAndFast('BusyBox getty, login and ash', { shell: 'ash', getty: 'busybox' }),
    [
      'kernel messages between any two bytes',
      { line: { bytesPerSecond: 11_520, noiseEvery: 40, fragment: 3 } },
    ],
    ['a FIFO that overruns', { line: { bytesPerSecond: 11_520, fifoMs: 3 } }],
  ])('%s: keys are put there, and the second time nothing is', async ([, machine], context) => {
    const { noiseEvery, fifoMs } = machine.line ?? {}
    const most = noiseEvery === undefined && fifoMs === undefined ? 6144 : 12_000
    const desk = await open(context, machine)
    const first = await push(desk, keys)
    // Seconds on a slow line. What is damaged is typed again.
    expect(first.typed).toBeLessThan(most)
    expect(first).toMatchObject({ state: 'done', left: 'login-prompt' })
    expect(resultsOf(first)).toEqual(['added', 'added', 'added'])
    expect(await readFile(fileOf(desk), 'utf8')).toBe(linesOf(keys))
    const times = () => desk.machine.sh('stat -c "%n %i %y %z" /root/.ssh /root/.ssh/authorized_keys')
    const before = times()
    expect(before.split('\n')).toHaveLength(3)
    expect(resultsOf(await push(desk, keys))).toEqual(['present', 'present', 'present'])
    expect(times()).toBe(before)
    expect(desk.printed()).not.toContain(password)
    // No key but letters, Enter, and what clears a line or takes a letter back: nothing completes, and nothing is edited.
    const typed = desk.typed().toString('latin1')
    const editing = ['\r', '\x03', '\b', '\x15', '\x7f']
    expect([...typed.replace(/[ -~]/g, '')].filter((key) => !editing.includes(key))).toEqual([])
    expect(Math.max(...typed.split('\r').map((line) => line.length + 1))).toBeLessThanOrEqual(200)
  })

  // What is typed up to there is in push-over-dead-line.test.ts.
  test.for([5800, 8200, 8700])(
    'a link that dies at byte %d, while the device reports, leaves the old file or the complete new one',
    async (diesAt, context) => {
      const desk = await open(context)
      const old = '# ours\nssh-ed25519 AAAA no line end'
      await mkdir(join(desk.machine.root, '.ssh'), { mode: 0o700 })
      await writeFile(fileOf(desk), old, { mode: 0o600 })
      void desk.cut(diesAt)
      const outcome = push(desk, keys)
      await context.expect.poll(() => desk.dead(), { timeout: 30_000 }).toBe(true)
      desk.stop(new Stopped('failed', 'The line to the device went down.'))
      expect(await outcome).toMatchObject({ state: 'failed', left: 'unknown' })
      // What was begun before the link died ends by itself.
      const ours = (line: string) => line.includes('min 0 time 255')
      await context.expect
        .poll(async () => (await desk.machine.processes()).filter(ours), { timeout: 40_000 })
        .toEqual([])
      expect([old, `${old}\n${linesOf(keys)}`]).toContain(await readFile(fileOf(desk), 'utf8'))
      expect(await readdir(join(desk.machine.root, '.ssh'))).toEqual(['authorized_keys'])
    },
  )

  test('stopped by somebody, the session is closed', async (context) => {
    const desk = await open(context)
    const outcome = push(desk, keys)
    await desk.sees(/:9:\d+>/)
    desk.stop(new Stopped('cancelled', 'Ann stopped it.'))
    expect(await outcome).toMatchObject({ state: 'cancelled', left: 'login-prompt', result: undefined })
    await expect(stat(fileOf(desk))).rejects.toThrow('ENOENT')
  })
})
