import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HeldConsole } from '../../../server/console/console.ts'
import { limits } from '../../../server/contract/limits.ts'
import type { ScriptedDevice } from '../../fakes/scripted-device.ts'
import { leakCheck } from '../../leaks.ts'
import { attach, may, TestConsoles, TestPerson } from './held.ts'

let all: TestConsoles
let console: HeldConsole
let device: ScriptedDevice
let noLeak: () => Promise<void>
beforeEach(async () => {
  noLeak = await leakCheck()
  all = await TestConsoles.start({ viewersPerConsole: 3, consolesPerUser: 2 })
  ;({ console, device } = await all.hold('web-1'))
})
afterEach(async () => {
  await all.close()
  await noLeak()
})

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte)

describe('a newcomer', () => {
  test('is told everything about the console, and sees what was printed before anybody watched', async () => {
    device.print('Debian GNU/Linux 12 web-1 ttyS0\r\n\r\nweb-1 login: ')
    const ann = await attach('ann', console)
    expect(ann.messages[0]).toEqual({
      type: 'attached',
      viewerId: ann.id,
      role: 'writer',
      offset: 0,
      liveFrom: 48,
      viewers: [
        { id: ann.id, userId: 'usr_ann', name: 'ann', mayWrite: true, attachedAt: expect.any(Number) },
      ],
      lock: { writer: ann.id, since: expect.any(Number), asking: null, grantAt: null },
      line: { state: 'online', since: expect.any(Number), lastDataAt: expect.any(Number) },
      recording: { state: 'recording' },
      size: { rows: 24, cols: 80 },
      login: expect.any(Object),
      breakSupported: true,
    })
    await ann.sees('web-1 login: ')
  })

  test('misses no byte that arrives between attach and the first replayed byte', async () => {
    device.print('before ')
    const ann = new TestPerson('ann', console)
    device.print('between ')
    await ann.told('attached')
    device.print('after')
    await ann.sees('after')
    expect(ann.seen).toBe('before between after')
  })

  test('who attaches before the history is opened misses nothing either', async () => {
    await all.restart()
    const { console: reopened } = { console: all.consoles.hold(console.spec) }
    const ann = new TestPerson('ann', reopened)
    expect(ann.messages).toEqual([])
    await ann.told('attached')
    await expect.poll(() => device.online).toBe(true)
    device.print('hello')
    await ann.sees('hello')
  })

  test('gets the last 64 KiB, beginning with a line, from memory and from disk', async () => {
    const line = (at: number): string => `${String(at).padStart(6, '0')} ${'x'.repeat(91)}\r\n`
    for (let at = 0; at < 3000; at++) device.print(line(at))
    await expect.poll(() => console.summary().end).toBe(300_000)
    const check = async (name: string): Promise<void> => {
      const person = await attach(name, all.consoles.get('dev_web-1') ?? console)
      await person.sees(line(2999))
      expect(person.seen).toMatch(/^\d{6} x/)
      expect(person.seen.length).toBeGreaterThan(limits.attachTailBytes - 200)
      expect(person.seen.length).toBeLessThanOrEqual(limits.attachTailBytes)
      const { offset, liveFrom } = await person.told('attached')
      expect(liveFrom - offset).toBe(person.seen.length)
      person.attachment.detach()
    }
    await check('ann')
    await all.restart()
    await all.hold('web-1')
    await check('bob')
  })

  test('passes every byte value both ways, wherever it is split', async () => {
    const ann = await attach('ann', console)
    for (const byte of everyByte) device.print(Uint8Array.of(byte))
    device.print(everyByte)
    await expect.poll(() => ann.offset).toBe(512)
    expect(Buffer.concat(ann.chunks)).toEqual(Buffer.concat([everyByte, everyByte]))
  })
})

describe('one who comes back', () => {
  test('goes on at the next byte, over a cut, a restart of the gateway and a line that was down', async () => {
    const ann = await attach('ann', console)
    device.print('one ')
    await ann.sees('one ')
    ann.attachment.detach()
    device.print('two ')
    const again = await attach('ann', console, { from: ann.offset })
    await again.sees('two ')
    expect(again.seen).toBe('two ')
    await all.restart()
    expect(again.ended).toBe(true)
    expect(again.of('bye')).toMatchObject([{ code: 'shutdown' }])
    const { console: reopened } = await all.hold('web-1')
    device.print('three ')
    const third = await attach('ann', reopened, { from: again.offset })
    await third.sees('three ')
    device.cut()
    await expect.poll(() => device.online, { timeout: 10_000 }).toBe(true)
    device.print('four')
    await third.sees('four')
    expect(third.seen).toBe('three four')
    expect(third.of('gap').map(({ gap }) => [gap.from, gap.cause])).toEqual([
      [8, 'gateway-down'],
      [8, 'link-down'],
      [14, 'link-down'],
    ])
  })

  test('with an offset of another life is told the true one', async () => {
    device.print('short')
    const ann = await attach('ann', console, { from: 1_000_000 })
    expect(ann.of('attached')).toMatchObject([{ offset: 5, liveFrom: 5 }])
    expect(ann.of('error')).toMatchObject([
      { code: 'history-gone', message: expect.stringContaining('1000000') },
    ])
    device.print(' more')
    await ann.sees(' more')
    expect(ann.seen).toBe(' more')
  })

  test('may also move while attached', async () => {
    device.print('0123456789')
    const ann = await attach('ann', console, { from: 10 })
    device.print('abc')
    await ann.sees('abc')
    ann.send({ type: 'resume', from: 4 })
    await ann.sees('456789abc')
    expect(ann.seen).toBe('abc456789abc')
    expect(ann.of('attached').map(({ offset }) => offset)).toEqual([10, 4])
  })
})

describe('a stuck viewer', () => {
  test('delays nobody, and sees all of it when it wakes', async () => {
    const stuck = await attach('ann', console)
    const acking = await attach('bob', console, { flow: 'ack' })
    const quick = await attach('cyd', console)
    stuck.room = false
    const block = Buffer.alloc(64 * 1024, 'flood ')
    for (let round = 0; round < 100; round++) {
      device.print(block)
      await new Promise((resolve) => setImmediate(resolve))
    }
    device.print('THE END')
    const end = 100 * block.length + 7
    await expect.poll(() => quick.offset, { timeout: 20_000 }).toBe(end)
    expect(stuck.offset).toBeLessThanOrEqual(block.length)
    expect(acking.offset).toBe(limits.creditBytes)
    stuck.room = true
    stuck.attachment.drained()
    await expect.poll(() => stuck.offset, { timeout: 20_000 }).toBe(end)
    while (acking.offset < end) {
      acking.send({ type: 'ack', offset: acking.offset })
      await new Promise((resolve) => setImmediate(resolve))
    }
    for (const person of [stuck, acking, quick]) {
      expect(person.of('gap')).toEqual([])
      expect(
        Buffer.concat(person.chunks).equals(
          Buffer.concat([...Array(100).fill(block), Buffer.from('THE END')]),
        ),
      ).toBe(true)
    }
  })
})

describe('limits', () => {
  test('of viewers and consoles are told in words, and are free again after a detach', async () => {
    const first = await attach('ann', console)
    await attach('ann', console)
    await attach('bob', console)
    expect(() => new TestPerson('cyd', console)).toThrow(
      expect.objectContaining({ code: 'too-many-viewers' }),
    )
    first.attachment.detach()
    await attach('cyd', console)
    const { console: two } = await all.hold('web-2')
    const { console: three } = await all.hold('web-3')
    const elsewhere = await attach('ann', two)
    expect(all.consoles.consolesOf('usr_ann')).toBe(2)
    expect(() => new TestPerson('ann', three)).toThrow(expect.objectContaining({ code: 'too-many-consoles' }))
    await attach('ann', two)
    elsewhere.attachment.detach()
    await attach('bob', three)
  })
})

describe('who is here', () => {
  test('is told to everybody when somebody comes, goes or may do less', async () => {
    const ann = await attach('ann', console)
    const bob = await attach('bob', console, { permissions: may(false) })
    const names = (): string[] =>
      ann
        .of('viewers')
        .at(-1)
        ?.viewers.map(({ name, mayWrite }) => `${name} ${mayWrite}`) ?? []
    expect(names()).toEqual(['ann true', 'bob false'])
    bob.attachment.permit(may(true))
    expect(names()).toEqual(['ann true', 'bob true'])
    const count = ann.of('viewers').length
    bob.attachment.permit(may(true))
    expect(ann.of('viewers').length).toBe(count)
    bob.attachment.detach()
    expect(names()).toEqual(['ann true'])
    bob.attachment.detach()
    expect(ann.of('viewers').length).toBe(count + 1)
    expect(console.summary()).toMatchObject({ viewers: [{ name: 'ann' }], writer: ann.id })
  })

  test('an expelled viewer is told why, is gone, and can do nothing any more', async () => {
    const ann = await attach('ann', console)
    const bob = await attach('bob', console)
    ann.attachment.expel('revoked', 'You no longer have access to this console.')
    expect(ann.of('bye')).toEqual([
      { type: 'bye', code: 'revoked', message: 'You no longer have access to this console.' },
    ])
    expect(ann.ended).toBe(true)
    const count = ann.messages.length
    ann.type('reboot\r')
    ann.send({ type: 'force', reason: 'mine' })
    ann.attachment.permit(may(true))
    ann.attachment.drained()
    ann.attachment.detach()
    device.print('later')
    await bob.sees('later')
    expect(ann.seen).toBe('')
    expect(ann.messages.length).toBe(count)
    expect(device.typed).toBe('')
    expect(all.events.filter(({ type }) => type === 'detached')).toMatchObject([
      { actor: { name: 'ann' }, reason: 'revoked' },
    ])
  })
})
