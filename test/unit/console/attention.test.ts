import { describe, expect, test } from 'vitest'
import { findAlarms, worse } from '../../../server/console/alarms.ts'
import { AttentionWatch } from '../../../server/console/attention.ts'

/** A history of what was printed, as far as a watch looks at it. */
class Printed {
  #bytes = Buffer.alloc(0)
  print(text: string): void {
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(text)])
  }
  get end(): number {
    return this.#bytes.length
  }
  tail(most: number): Uint8Array {
    return this.#bytes.subarray(Math.max(0, this.#bytes.length - most))
  }
}

function watching(before = '') {
  const printed = new Printed()
  printed.print(before)
  const watch = new AttentionWatch(printed.end)
  const say = (text: string, attended = false): boolean => {
    printed.print(text)
    return watch.look(printed, { now: 7, attended })
  }
  return { watch, say }
}

const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

describe('alarms', () => {
  test.each([
    ['panic', '[  1.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)'],
    ['oops', '[ 99.1] Oops: 0002 [#1] SMP NOPTI'],
    ['oops', '[ 99.1] BUG: unable to handle page fault for address: ffff'],
    ['oops', '[ 99.1] watchdog: BUG: soft lockup - CPU#3 stuck for 22s!'],
    ['oops', '[ 99.1] INFO: task kworker/0:1 blocked for more than 120 seconds.'],
    ['hardware', '[ 77.0] mce: [Hardware Error]: CPU 2: Machine Check: 0 Bank 8'],
    ['hardware', '[ 77.0] EDAC MC0: 1 CE memory read error on CPU_SrcID#0'],
    ['storage', '[ 50.5] blk_update_request: I/O error, dev sda, sector 2048'],
    ['storage', '[ 50.5] EXT4-fs error (device sda1): ext4_find_entry:1455'],
    ['memory', '[ 12.0] Out of memory: Killed process 4242 (java)'],
  ])('%s: %s', (alarm, line) => {
    const printed = `before\r\n\x1b[31m${line}\x1b[0m\r\nafter\r\n`
    expect(findAlarms(latin1(printed))).toEqual([{ alarm, line }])
  })

  test.each([
    '[  0.1] mce: CPU0: Thermal monitoring enabled (TM1)',
    '[  0.1] EDAC MC: Ver: 3.0.0',
    'root@box:~# echo done without errors',
    'login: ',
  ])('none: %s', (line) => expect(findAlarms(latin1(line))).toEqual([]))

  test('the worst is kept, and of those as bad the first', () => {
    const oops = { alarm: 'oops', line: 'one', at: 1 } as const
    expect(worse(oops, { ...oops, line: 'two' })).toBe(oops)
    expect(worse(oops, { alarm: 'storage', line: '', at: 2 })).toBe(oops)
    expect(worse(oops, { alarm: 'panic', line: '', at: 2 }).alarm).toBe('panic')
  })

  test('hostile bytes cost no time that grows faster than they do', () => {
    expect(findAlarms('EDAC EDAC MC0: 1'.repeat(2048) + 'XFS ('.repeat(2048))).toEqual([])
  })
})

describe('the watch over a console', () => {
  test('finds what is printed from now on, with its line and time', () => {
    const { watch, say } = watching('Kernel panic - not syncing: old news\r\n')
    expect(say('all well\r\n')).toBe(false)
    expect(say('Kernel panic - not syncing: now\r\n')).toBe(true)
    expect(watch.found).toEqual({ alarm: 'panic', line: 'Kernel panic - not syncing: now', at: 7 })
  })

  test('finds what two looks cut in half, once', () => {
    const { watch, say } = watching('x')
    say('\r\nKernel panic - not sync')
    expect(say('ing: halves\r\n')).toBe(true)
    expect(watch.found?.line).toBe('Kernel panic - not syncing: halves')
    watch.seen()
    expect(say('more\r\n')).toBe(false)
  })

  test('is over when somebody has seen it, until the next', () => {
    const { watch, say } = watching('x')
    say('Out of memory: Killed process 1\r\n')
    expect(watch.seen()).toBe(true)
    expect(watch.found).toBeNull()
    expect(watch.seen()).toBe(false)
    expect(say('quiet\r\n')).toBe(false)
    expect(say('Out of memory: Killed process 2\r\n')).toBe(true)
  })

  test('tells a login prompt after a boot, but not the first boot ever heard, nor one somebody sat at', () => {
    const boot = 'Linux version 6.12.0 (gcc)\r\n...\r\n'
    const fresh = watching()
    fresh.say(boot)
    fresh.say('GNU GRUB was before, and systemd after\r\n')
    expect(fresh.say('box login: ')).toBe(false)
    fresh.say(boot)
    expect(fresh.say('\r\nbox login: ')).toBe(true)
    const { watch, say } = watching('long ago\r\n')
    say(boot)
    expect(say('\r\nbox login: ')).toBe(true)
    expect(watch.found).toMatchObject({ alarm: 'rebooted', line: 'box login:' })
    watch.seen()
    expect(say('\r\nbox login: ')).toBe(false)
    say(boot)
    expect(say('\r\nbox login: ', true)).toBe(false)
  })

  test('looks at the newest of a flood only', () => {
    const { say } = watching('x')
    expect(say(`Kernel panic - not syncing\r\n${'y'.repeat(64 * 1024)}`)).toBe(false)
    expect(say(`${'y'.repeat(64 * 1024)}\r\nKernel panic - not syncing\r\n`)).toBe(true)
  })
})
