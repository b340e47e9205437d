import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Box } from '../../../../server/console/demo/box.ts'
import type { ShellEvents } from '../../../../server/console/demo/shell.ts'
import { FakeClock } from '../../../fakes/clock.ts'

describe('the demo box', () => {
  let clock: FakeClock
  let box: Box
  let printed: string
  let shells: { events: ShellEvents; typed: string; closed: boolean }[]
  let shellFails: Error | undefined

  beforeEach(() => {
    clock = new FakeClock()
    printed = ''
    shells = []
    shellFails = undefined
    box = new Box({
      clock,
      print: (bytes) => {
        printed += Buffer.from(bytes).toString('latin1')
      },
      startShell: async (events) => {
        if (shellFails) throw shellFails
        const shell = { events, typed: '', closed: false }
        shells.push(shell)
        return {
          write: (bytes) => {
            shell.typed += Buffer.from(bytes).toString('latin1')
            return false
          },
          drained: async () => {},
          close: async () => {
            shell.closed = true
          },
        }
      },
    })
    box.switchOn()
  })

  const type = (text: string) => box.write(Buffer.from(text, 'latin1'))
  const news = () => {
    const text = printed
    printed = ''
    return text
  }
  const enter = async () => {
    type('root\rlifeline\r')
    await box.drained()
    news()
  }

  it('says how to get in, and what one gets into', () => {
    const greeting = news()
    expect(greeting).toContain('Log in as root with the password lifeline.')
    expect(greeting).toMatch(/a real shell on the gateway's machine, with the rights of its user/)
    expect(greeting).toMatch(/\r\nlifeline-demo login: $/)
  })

  it('echoes the name and not the password', async () => {
    news()
    type('root\r')
    expect(news()).toBe('root\r\nPassword: ')
    type('lifeline\r')
    expect(news()).toBe('\r\n')
    await box.drained()
    expect(shells).toHaveLength(1)
  })

  it.each([
    ['erase', 'roots\x7ft\x08\r'],
    ['kill', 'nobody\x15root\r'],
    ['erase of a letter of two bytes', 'root\xc3\xa9\x7f\r'],
    ['a new line of two bytes', 'root\r\n'],
    ['starting over', 'someone\x03root\r'],
  ])('lets the name be edited: %s', async (_, name) => {
    type(name)
    type('lifeline\n')
    await box.drained()
    expect(shells).toHaveLength(1)
  })

  it('shows erasing as a terminal does', () => {
    news()
    type('ab\x7f')
    expect(news()).toBe('ab\b \b')
    type('\x15\x7f')
    expect(news()).toBe('\b \b')
  })

  it('asks again when no name is given', () => {
    news()
    type('\r')
    expect(news()).toBe('\r\nlifeline-demo login: ')
  })

  it.each([
    ['root', 'wrong'],
    ['admin', 'lifeline'],
    ['root', ''],
  ])('refuses %s with %j after a while, during which it is deaf', (name, password) => {
    news()
    type(`${name}\r${password}\r`)
    expect(news()).toBe(`${name}\r\nPassword: \r\n`)
    type('root\rlifeline\r')
    clock.advance(2999)
    expect(news()).toBe('')
    clock.advance(1)
    expect(news()).toBe('\r\nLogin incorrect\r\nlifeline-demo login: ')
    expect(shells).toHaveLength(0)
  })

  it('gives up on a password that does not come', () => {
    type('root\r')
    news()
    clock.advance(60_000)
    expect(news()).toMatch(/Login timed out after 60 seconds\..*login: $/s)
  })

  it('passes everything to the shell, what was typed ahead first, and its word about waiting', async () => {
    type('root\rlifeline\rls\r')
    type('\x00\xff')
    await box.drained()
    expect(type('\x03\x04')).toBe(false)
    expect(shells[0]?.typed).toBe('ls\r\x00\xff\x03\x04')
  })

  it('prints what the shell prints, and asks for a login when it ends', async () => {
    await enter()
    shells[0]?.events.data(Buffer.from('# '))
    expect(news()).toBe('# ')
    shells[0]?.events.ended()
    expect(news()).toMatch(/login: $/)
    await enter()
    expect(shells).toHaveLength(2)
  })

  it('says why when the shell cannot start, and goes on', async () => {
    shellFails = new Error('out of terminals')
    type('root\rlifeline\r')
    await box.drained()
    expect(news()).toMatch(/login: out of terminals.*lifeline-demo login: $/s)
  })

  const sysRq = async (key: string) => {
    await box.sendBreak()
    type(key)
  }

  it('answers BREAK and a key like a kernel, and what follows is typed', async () => {
    news()
    clock.advance(12_345)
    await sysRq('hro')
    expect(news()).toMatch(/^\r\n\[ {3}12\.345000\] sysrq: HELP : .*reboot\(b\).*\r\nro$/)
    await sysRq('s')
    expect(news()).toMatch(/sysrq: Emergency Sync\r\n.*Emergency Sync complete\r\n$/)
    await box.sendBreak()
    clock.advance(5000)
    type('t')
    expect(news()).toBe('t')
  })

  it('ends its shell when all programs are killed', async () => {
    await enter()
    await sysRq('i')
    await vi.waitFor(() => expect(printed).toMatch(/Kill All Tasks.*login: $/s))
    expect(shells[0]?.closed).toBe(true)
  })

  it.each(['b', 'c'])('reboots on %s, out of a shell', async (key) => {
    await enter()
    clock.advance(60_000)
    await sysRq(key)
    await vi.waitFor(() => expect(clock.timers).toBe(1))
    expect(shells[0]?.closed).toBe(true)
    expect(news()).toMatch(/sysrq: (Resetting|Trigger a crash)/)
    clock.advance(5000)
    expect(news()).toMatch(/\[ {4}0\.000000\] Linux version.*login: $/s)
  })

  it('is silent and holds nothing once it is closed', async () => {
    type('root\r')
    expect(clock.timers).toBe(1)
    await box.close()
    expect(clock.timers).toBe(0)
    news()
    type('lifeline\r')
    await sysRq('s')
    expect(news()).toBe('')
  })

  it('closes its shell, also one that is just starting', async () => {
    type('root\rlifeline\r')
    await box.close()
    expect(shells[0]?.closed).toBe(true)
    news()
    shells[0]?.events.data(Buffer.from('late'))
    shells[0]?.events.ended()
    expect(news()).toBe('')
  })
})
