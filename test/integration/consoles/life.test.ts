import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../../server/base/secret.ts'
import type { HeldConsole } from '../../../server/console/console.ts'
import { type ScriptedDevice, specOf } from '../../fakes/scripted-device.ts'
import { leakCheck } from '../../leaks.ts'
import { attach, TestConsoles } from './held.ts'

let all: TestConsoles
let console: HeldConsole
let device: ScriptedDevice
let noLeak: () => Promise<void>
beforeEach(async () => {
  noLeak = await leakCheck()
  all = await TestConsoles.start()
  ;({ console, device } = await all.hold('web-1'))
})
afterEach(async () => {
  await all.close()
  await noLeak()
})

describe('the state of a line', () => {
  test('is told with its cause to everybody, and to the audit once per cause', async () => {
    const ann = await attach('ann', console)
    const cause = { code: 'refused', message: 'web-1:4001 refused the connection' } as const
    device.answer = cause
    device.cut()
    await expect.poll(() => device.attempts, { timeout: 20_000 }).toBeGreaterThanOrEqual(3)
    device.answer = 'device'
    console.reconnect()
    await expect.poll(() => console.summary().line.state).toBe('online')
    const told = ann.of('state').map(({ line }) => (line.state === 'waiting' ? line.cause.code : line.state))
    expect(told.slice(0, 3)).toEqual(['closed-by-far-end', 'connecting', 'refused'])
    expect(told.at(-1)).toBe('online')
    const kept = all.events.flatMap((event) => (event.type === 'line' ? [event.line] : []))
    expect(kept.map((line) => (line.state === 'waiting' ? line.cause.code : line.state))).toEqual([
      'online',
      'closed-by-far-end',
      'refused',
      'online',
    ])
  })

  test('a line that was down is a gap of no bytes with its times', async () => {
    const ann = await attach('ann', console)
    device.print('before')
    await ann.sees('before')
    const cutAt = Date.now()
    device.cut()
    await expect.poll(() => device.online, { timeout: 10_000 }).toBe(true)
    await expect.poll(() => ann.of('gap').length).toBe(1)
    const { gap } = await ann.told('gap')
    expect(gap).toMatchObject({ from: 6, to: 6, cause: 'link-down' })
    expect(gap.startedAt).toBeGreaterThanOrEqual(cutAt)
    expect(gap.endedAt).toBeGreaterThanOrEqual(gap.startedAt + 900)
    device.print('after')
    await ann.sees('after')
    expect(ann.messages.filter(({ type }) => type === 'gap').length).toBe(1)
  })

  test('bytes that a transport lost are a gap', async () => {
    const ann = await attach('ann', console)
    device.print('one')
    device.lose(10)
    device.print('two')
    device.lose(0)
    await ann.sees('onetwo')
    await expect
      .poll(() => ann.of('gap').map(({ gap }) => [gap.from, gap.to, gap.cause]))
      .toEqual([
        [3, 13, 'lost-by-transport'],
        [16, 16, 'lost-by-transport'],
      ])
    expect(ann.offset).toBe(16)
  })

  test('what comes before a link counts as open is not lost, and stands behind the gap', async () => {
    const ann = await attach('ann', console)
    device.print('x')
    device.cut()
    const open = device.connect.bind(device)
    device.connect = (request) => {
      request.events.data(Buffer.from('early '))
      return open(request)
    }
    await ann.sees('early ')
    expect(ann.of('gap')).toMatchObject([{ gap: { from: 1, to: 1 } }])
  })
})

describe('a change of one device', () => {
  test('does not touch its link when nothing of it changed, and never another device', async () => {
    const { device: other } = await all.hold('web-2')
    const ann = await attach('ann', console)
    all.consoles.hold(
      specOf('web-1', {
        name: 'renamed',
        settings: { writerIdleMinutes: 1, logoutOnDetach: false, size: { rows: 50, cols: 132 } },
      }),
    )
    all.consoles.hold(specOf('web-1', { secrets: { password: new Secret('calvin') } }))
    expect(device.attempts).toBe(1)
    all.consoles.hold(specOf('web-1', { secrets: { password: new Secret('hobbes') } }))
    await expect.poll(() => device.attempts).toBe(2)
    expect(device.requests[1]?.secrets.password?.reveal()).toBe('hobbes')
    all.consoles.hold(specOf('web-1', { enabled: false }))
    await expect.poll(() => console.summary().line.state).toBe('disabled')
    await expect.poll(() => device.open).toBe(0)
    all.consoles.hold(specOf('web-1'))
    await expect.poll(() => console.summary().line.state).toBe('online')
    await all.consoles.drop('dev_web-1')
    expect(ann.ended).toBe(true)
    expect(other.attempts).toBe(1)
    expect(other.online).toBe(true)
  })

  test('a removed one says goodbye, closes its link and takes its history with it', async () => {
    const ann = await attach('ann', console)
    device.print('secret output')
    await ann.sees('secret output')
    await all.consoles.drop('dev_web-1')
    expect(ann.of('bye')).toMatchObject([{ code: 'device-removed' }])
    expect(device.open).toBe(0)
    expect(all.consoles.get('dev_web-1')).toBeUndefined()
    expect(await readdir(join(all.folder, 'history'))).toEqual([])
    await all.consoles.drop('dev_web-1')
  })

  test('a disabled device is not connected, also after a restart', async () => {
    await all.consoles.drop('dev_web-1')
    await all.hold('web-1', { enabled: false })
    await all.restart()
    const { console: again } = await all.hold('web-1', { enabled: false })
    expect(again.summary().line.state).toBe('disabled')
    expect(device.attempts).toBe(1)
  })
})

describe('a summary', () => {
  test('has the last line printed as plain text, and when, also after a restart', async () => {
    device.print('\x1b[1mDebian\x1b[0m 12\r\n\r\nweb-1 login: ')
    expect(console.summary()).toMatchObject({
      lastLine: 'web-1 login:',
      end: 34,
      lastDataAt: expect.any(Number),
    })
    device.print('\r\n\r\n')
    expect(console.summary().lastLine).toBe('web-1 login:')
    await all.restart()
    const { console: again } = await all.hold('web-1')
    await expect.poll(() => again.summary().lastLine).toBe('web-1 login:')
    expect(again.summary()).toMatchObject({
      end: 38,
      lastDataAt: expect.any(Number),
    })
  })
})

describe('a test of a connection', () => {
  const request = { transport: specOf('lab').transport, secrets: {}, allowLocalTargets: false }
  beforeEach(async () => {
    const { device: lab } = await all.hold('lab', { enabled: false })
    device = lab
  })

  test('says what the far end says, and leaves nothing behind', async () => {
    const testing = all.consoles.testConnection(request)
    await expect.poll(() => device.online).toBe(true)
    device.print('\x1b[2J\r\n')
    device.print('lab login: ')
    expect(await testing).toEqual({ ok: true, tookMs: expect.any(Number), said: 'lab login:' })
    expect(device.open).toBe(0)
    expect(all.consoles.get('dev_lab')?.summary().end).toBe(0)
  })

  test('is good also when the far end is silent', async () => {
    expect(await all.consoles.testConnection(request)).toMatchObject({ ok: true, said: '' })
    expect(device.open).toBe(0)
  })

  test('says why not', async () => {
    device.answer = { code: 'wrong-credentials', message: 'The BMC refused the password.' }
    expect(await all.consoles.testConnection(request)).toMatchObject({
      ok: false,
      cause: { code: 'wrong-credentials' },
    })
    device.answer = 'silence'
    expect(await all.consoles.testConnection({ ...request, timeoutMs: 50 })).toMatchObject({
      ok: false,
      cause: { code: 'timeout' },
    })
    device.answer = 'device'
    const testing = all.consoles.testConnection(request)
    await expect.poll(() => device.online).toBe(true)
    device.cut()
    expect(await testing).toMatchObject({ ok: false, cause: { code: 'closed-by-far-end' } })
  })
})

test('a close ends a console whose device never answers, at once', async () => {
  const { device: silent } = await all.hold('silent', { enabled: false })
  silent.answer = 'silence'
  all.consoles.hold(specOf('silent'))
  await expect.poll(() => silent.attempts).toBe(1)
  await all.consoles.close()
  expect(silent.open).toBe(0)
})

test('no secret and nothing that was printed or typed is logged', async () => {
  const ann = await attach('ann', console)
  device.print('root password: hunter2')
  ann.type('typed secret')
  device.cut({ code: 'other', message: 'gone' })
  await expect.poll(() => device.online, { timeout: 10_000 }).toBe(true)
  await all.consoles.close()
  expect(all.logged).toContain('the line changed')
  for (const secret of ['calvin', 'hunter2', 'typed secret']) expect(all.logged).not.toContain(secret)
})

test('history is readable only by the gateway', async () => {
  expect((await stat(join(all.folder, 'history', 'dev_web-1'))).mode & 0o777).toBe(0o700)
  expect((await stat(join(all.folder, 'history'))).mode & 0o777).toBe(0o700)
})
