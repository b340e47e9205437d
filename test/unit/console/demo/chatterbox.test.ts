import { beforeEach, describe, expect, it } from 'vitest'
import { Chatterbox } from '../../../../server/console/demo/chatterbox.ts'
import { FakeClock } from '../../../fakes/clock.ts'

const oneLifeMs = 200_000

describe('the demo chatterbox', () => {
  let clock: FakeClock
  let box: Chatterbox
  let printed: { at: number; text: string }[]

  beforeEach(() => {
    clock = new FakeClock()
    printed = []
    box = new Chatterbox({
      clock,
      print: (bytes) => printed.push({ at: clock.monotonic(), text: Buffer.from(bytes).toString() }),
    })
    box.switchOn()
  })

  const all = () => printed.map(({ text }) => text).join('')

  it('prints a boot from the boot loader to the login prompt, with colours and UTF-8', () => {
    clock.advance(30_000)
    const marks = [
      'GNU GRUB',
      'Linux version',
      'ttyS0 at I/O',
      '[\x1b[0;32m  OK  \x1b[0m]',
      '温度',
      'lifeline-demo login: ',
    ]
    const places = marks.map((mark) => all().indexOf(mark))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it('has kernel time stamps that begin at zero, and rise with the clock until the next boot', () => {
    clock.advance(oneLifeMs)
    const boots = all().split('GNU GRUB').slice(1)
    expect(boots.length).toBeGreaterThan(1)
    const stamps = [...(boots[0] ?? '').matchAll(/^\[ *(\d+\.\d{6})\] /gm)].map((match) => Number(match[1]))
    expect(stamps.length).toBeGreaterThan(150)
    expect(stamps[0]).toBe(0)
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b))
    expect(stamps.at(-1)).toBeGreaterThan(60)
  })

  it('comes in bursts and in pauses, and never all at once', () => {
    clock.advance(oneLifeMs)
    const sizes = printed.map(({ text }) => text.split('\n').length - 1)
    expect(Math.max(...sizes)).toBeGreaterThan(20)
    const pauses = printed.slice(1).map(({ at }, index) => at - (printed[index]?.at ?? 0))
    expect(Math.max(...pauses)).toBeGreaterThan(5000)
  })

  it('takes no input', () => {
    clock.advance(20_000)
    printed = []
    expect(box.write(Buffer.from('root\rhb'))).toBe(true)
    expect(all()).toBe('')
  })

  it('answers a key after BREAK, once and in time', async () => {
    clock.advance(20_000)
    printed = []
    await box.sendBreak()
    box.write(Buffer.from('h'))
    expect(all()).toMatch(/^\[ *\d+\.\d{6}\] sysrq: HELP : .*\r\n$/)
    box.write(Buffer.from('s'))
    await box.sendBreak()
    clock.advance(5000)
    printed = []
    box.write(Buffer.from('s'))
    expect(all()).toBe('')
  })

  it('reboots on BREAK and b', async () => {
    clock.advance(30_000)
    printed = []
    await box.sendBreak()
    box.write(Buffer.from('b'))
    clock.advance(1000)
    expect(all()).toMatch(/sysrq: Resetting\r\n.*GNU GRUB/s)
  })

  it('is silent and holds no timer once it is closed', async () => {
    await box.close()
    expect(clock.timers).toBe(0)
    clock.advance(oneLifeMs)
    await box.sendBreak()
    box.write(Buffer.from('h'))
    expect(all()).toBe('')
  })
})
