import { afterEach, describe, expect, it } from 'vitest'
import { commandTransport } from '../../../server/console/transports/command.ts'
import { type Opened, open } from './opened.ts'
import { isRunning } from './processes.ts'

const owned: Opened[] = []
afterEach(async () => {
  for (const opened of owned.splice(0)) await opened.close()
})

async function run(...argv: string[]): Promise<Opened> {
  const opened = await open({ transport: commandTransport, config: { kind: 'command', argv } })
  owned.push(opened)
  return opened
}

const sh = (script: string) => run('sh', '-c', script)
const says = (opened: Opened, what: RegExp) =>
  expect.poll(() => opened.printed().toString(), { timeout: 15_000 }).toMatch(what)

/** What a program that ends by itself printed. */
async function outputOf(...argv: string[]): Promise<string> {
  const opened = await run(...argv)
  await opened.closed
  return opened.printed().toString()
}

describe('a program as a console', () => {
  it('gets its arguments as they are, through no shell', async () => {
    const words = ['a b', '', '$HOME', '`id`', '"', "'", '; exit 9', '*', '\\n', '-n', '--', '\n', 'naïve ☃']
    expect(await outputOf('/usr/bin/printf', '[%s]', ...words)).toBe(
      words.map((word) => `[${word}]`).join(''),
    )
  })

  it('has nothing of the gateway: no environment, no open files, not even those of another console', async () => {
    process.env.LIFELINE_MASTER_KEY = 'the-master-key'
    await run('cat')
    const environment = await outputOf('env')
    expect(environment).not.toContain('the-master-key')
    const names = environment.split('\n').map((line) => line.split('=')[0])
    expect(names.filter(Boolean).toSorted()).toEqual([
      'HOME',
      'LANG',
      'LOGNAME',
      'PATH',
      'PWD',
      'TERM',
      'USER',
    ])
    const files = (await outputOf('sh', '-c', 'exec ls -l /proc/self/fd'))
      .split('\n')
      .flatMap((line) => line.split(' -> ')[1] ?? [])
    expect(files.slice(0, 3)).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/^\/dev\/pts\/\d+$/)),
    )
    expect(files.slice(3).filter((file) => file !== '/dev/null' && !file.startsWith('/proc/'))).toEqual([])
  })

  it('has a terminal of its own that changes no byte, and controls it', async () => {
    const settings = await outputOf('stty', '-a')
    expect(settings).toMatch(/rows 24; columns 80/)
    for (const flag of ['-icrnl', '-ixon', '-opost', '-isig', '-icanon', '-echo'])
      expect(settings).toMatch(new RegExp(`(^|\\s)${flag}\\b`))
    expect(await outputOf('sh', '-c', 'tty && echo here > /dev/tty')).toMatch(/^\/dev\/pts\/\d+\nhere\n$/)
  })

  it('is heard to its last byte when it ends', async () => {
    const opened = await run('sh', '-c', 'head -c 2000000 /dev/zero; printf end')
    await opened.closed
    expect(opened.printedBytes()).toBe(2_000_003)
  })

  it.each([
    ['exit 0', /^sh ended by itself \(exit code 0\)\.$/],
    ['exit 3', /^sh ended with exit code 3\./],
    ['kill -TERM $$', /^sh was ended by the signal SIGTERM\.$/],
  ])('that ends by `%s` says so', async (script, message) => {
    const opened = await sh(script)
    expect(await opened.closed).toEqual({ code: 'program-ended', message: expect.stringMatching(message) })
  })

  it.each([
    ['obeys', ''],
    ['ignores being asked', 'trap "" HUP TERM INT;'],
    ['is stopped', 'kill -STOP $$;'],
  ])('that %s is ended with all of its process group', async (_, prelude) => {
    const opened = await sh(`sleep 1000 & echo $! $$.; ${prelude} while :; do sleep 0.2; done`)
    await says(opened, /^\d+ \d+\.\n$/)
    const pids = opened.printed().toString().match(/\d+/g)?.map(Number) ?? []
    expect(pids.map(isRunning)).toEqual([true, true])
    await opened.close()
    expect(pids.map(isRunning)).toEqual([false, false])
    expect(opened.late).toEqual([])
  })

  it('leaves nobody behind when it ends and its children do not', async () => {
    const opened = await sh('trap "" HUP; sleep 1000 & echo $!.; exit 0')
    await opened.closed
    const pid = Number.parseInt(opened.printed().toString(), 10)
    expect(pid).toBeGreaterThan(1)
    expect(isRunning(pid)).toBe(false)
  })

  it('that reads nothing costs no time of the processor', async () => {
    const opened = await run('sleep', '1000')
    while (opened.link.write(Buffer.alloc(64 * 1024))) await new Promise((resolve) => setImmediate(resolve))
    // What the kernel takes is taken by now or in a moment; from then on we only look now and then.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const before = process.cpuUsage()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const { user, system } = process.cpuUsage(before)
    expect(user + system).toBeLessThan(500_000)
  })
})
