import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { HeldConsole } from '../../../server/console/console.ts'
import { limits } from '../../../server/contract/limits.ts'
import type { ScriptedDevice } from '../../fakes/scripted-device.ts'
import { attach, may, TestConsoles, type TestPerson } from './held.ts'

let all: TestConsoles
let console: HeldConsole
let device: ScriptedDevice
let ann: TestPerson
let bob: TestPerson
beforeEach(async () => {
  all = await TestConsoles.start()
  ;({ console, device } = await all.hold('web-1'))
  ann = await attach('ann', console)
  bob = await attach('bob', console)
})
afterEach(() => all.close())

const codes = (person: TestPerson): string[] => person.of('error').map(({ code }) => code)

describe('typing', () => {
  test('reaches the device unchanged, from the writer alone', () => {
    ann.type('é€😀\r')
    bob.type('rm -rf /\r')
    ann.attachment.input(Uint8Array.of())
    expect(device.typed).toBe('é€😀\r')
    expect(codes(bob)).toEqual(['not-writer'])
    expect(codes(ann)).toEqual([])
  })

  test('of one who may only watch is refused, also when nobody types', async () => {
    const wim = await attach('wim', console, { permissions: may(false) })
    ann.attachment.detach()
    bob.attachment.detach()
    wim.type('x')
    wim.send({ type: 'ask' })
    wim.send({ type: 'force', reason: 'because' })
    wim.send({ type: 'break' })
    expect(codes(wim)).toEqual(['forbidden', 'forbidden', 'forbidden', 'forbidden'])
    expect(device.typed).toBe('')
    expect(device.breaks).toBe(0)
  })

  test('lets what floods on other consoles rest for two milliseconds at a time', async () => {
    const other = await all.hold('web-2')
    const waited = vi.spyOn(all.clock, 'after')
    const rests = () => waited.mock.calls.filter(([ms]) => ms === 2).length
    const flood = async () => {
      other.device.print(Buffer.alloc(512 * 1024, 'flood '))
      expect(other.device.paused).toBe(true)
      await expect.poll(() => other.device.paused).toBe(false)
    }
    await flood()
    expect(rests()).toBe(0)
    ann.type('x')
    await flood()
    expect(rests()).toBe(1)
    all.clock.skip(1000)
    await flood()
    expect(rests()).toBe(1)
  })

  test('takes a free lock', () => {
    ann.send({ type: 'release' })
    bob.type('mine')
    expect(device.typed).toBe('mine')
    expect(console.summary().writer).toBe(bob.id)
  })

  test('on a line that is down is refused, and takes no lock', async () => {
    device.answer = { code: 'refused', message: 'no' }
    device.cut()
    ann.send({ type: 'release' })
    bob.type('x')
    expect(codes(bob)).toEqual(['line-down'])
    expect(console.summary().writer).toBeNull()
    bob.send({ type: 'break' })
    expect(codes(bob)).toEqual(['line-down', 'line-down'])
  })

  test('too much at once or too fast says how much was not sent, and sends none of it', () => {
    ann.attachment.input(new Uint8Array(limits.inputFrameBytes + 1))
    expect(ann.of('error').at(-1)).toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('16385'),
    })
    for (let frame = 0; frame < 5; frame++) ann.attachment.input(new Uint8Array(limits.inputFrameBytes))
    expect(codes(ann)).toEqual(['too-large', 'input-rate'])
    expect(device.typed.length).toBe(4 * limits.inputFrameBytes)
  })

  test('at a device that takes nothing is refused in the end, and goes on when it takes again', async () => {
    device.stuck = true
    for (let frame = 0; frame < 4; frame++) ann.attachment.input(new Uint8Array(limits.inputFrameBytes))
    await new Promise((resolve) => setTimeout(resolve, 300))
    ann.type('x')
    expect(ann.of('error').at(-1)).toMatchObject({
      code: 'input-rate',
      message: expect.stringContaining('takes nothing more'),
    })
    device.unstick()
    await expect
      .poll(() => {
        ann.type('y')
        return device.typed.endsWith('y')
      })
      .toBe(true)
  })
})

describe('the lock', () => {
  test('passes by asking and granting, and everybody is told each step', async () => {
    const cyd = await attach('cyd', console)
    bob.send({ type: 'ask' })
    ann.send({ type: 'grant' })
    bob.type('yes')
    ann.type('no')
    expect(device.typed).toBe('yes')
    for (const person of [ann, bob, cyd]) {
      const told = person.of('lock').map(({ event, by, lock }) => [event, by, lock.writer, lock.asking])
      expect(told.slice(-2)).toEqual([
        ['asked', bob.id, ann.id, bob.id],
        ['granted', ann.id, bob.id, null],
      ])
    }
  })

  test('is forced only by an owner, with the reason told to all', async () => {
    const eve = await attach('eve', console, { permissions: may(true, true) })
    bob.send({ type: 'force', reason: 'mine' })
    expect(codes(bob)).toEqual(['forbidden'])
    eve.send({ type: 'force', reason: 'fire in rack 4' })
    expect(ann.of('lock').at(-1)).toMatchObject({ event: 'forced', by: eve.id, reason: 'fire in rack 4' })
    expect(console.summary().writer).toBe(eve.id)
  })

  test('is lost with the permission to write, and with leaving', () => {
    ann.attachment.permit(may(false))
    expect(console.summary().writer).toBeNull()
    ann.type('x')
    expect(codes(ann)).toEqual(['forbidden'])
    bob.type('y')
    bob.send({ type: 'release' })
    bob.type('z')
    bob.attachment.detach()
    expect(console.summary().writer).toBeNull()
    expect(device.typed).toBe('yz')
  })

  test('is told with where in the stream it happened, for the audit', () => {
    device.print('12345')
    ann.type('a')
    bob.send({ type: 'ask' })
    ann.send({ type: 'grant' })
    bob.type('bb')
    bob.attachment.detach()
    const kept = all.events.flatMap((event) =>
      event.type === 'lock' ? [[event.event, event.actor?.name, event.writer?.name, event.offset]] : [],
    )
    expect(kept).toEqual([
      ['taken', 'ann', 'ann', 0],
      ['asked', 'bob', 'ann', 5],
      ['granted', 'ann', 'bob', 5],
      ['detached', 'bob', undefined, 5],
    ])
    expect(all.events.at(-1)).toMatchObject({
      type: 'detached',
      actor: { name: 'bob' },
      typedBytes: 2,
      reason: 'left',
    })
  })
})

describe('a break', () => {
  test('is sent by the writer and audited', async () => {
    ann.send({ type: 'break' })
    await expect.poll(() => device.breaks).toBe(1)
    await expect.poll(() => all.events.filter(({ type }) => type === 'break').length).toBe(1)
    bob.send({ type: 'break' })
    expect(codes(bob)).toEqual(['not-writer'])
    ann.attachment.permit({ write: true, break: false, force: false })
    ann.send({ type: 'break' })
    expect(codes(ann)).toEqual(['forbidden'])
    expect(device.breaks).toBe(1)
  })

  test('with a SysRq key is one thing, audited with its key and told to everybody', async () => {
    ann.send({ type: 'sysrq', key: 's' })
    await expect.poll(() => device.typed).toBe('s')
    expect(device.breaks).toBe(1)
    await expect.poll(() => bob.of('break')).toEqual([{ type: 'break', by: ann.id, key: 's' }])
    expect(all.events.filter(({ type }) => type === 'break')).toMatchObject([
      { type: 'break', actor: { name: 'ann' }, key: 's' },
    ])
    bob.send({ type: 'sysrq', key: 'b' })
    expect(codes(bob)).toEqual(['not-writer'])
    ann.attachment.permit({ write: true, break: false, force: false })
    ann.send({ type: 'sysrq', key: 'b' })
    expect(codes(ann)).toEqual(['forbidden'])
    expect(device.typed).toBe('s')
  })

  test('on a line that cannot carry one says so', async () => {
    const { console: other, device: plain } = await all.hold('plain', {})
    plain.breakSupported = false
    other.reconnect()
    const cyd = await attach('cyd', other)
    await expect.poll(() => cyd.of('state').at(-1)?.breakSupported).toBe(false)
    await expect.poll(() => other.summary().line.state).toBe('online')
    cyd.send({ type: 'break' })
    cyd.send({ type: 'sysrq', key: 's' })
    expect(codes(cyd)).toEqual(['break-unsupported', 'break-unsupported'])
    expect(plain.typed).toBe('')
  })
})
