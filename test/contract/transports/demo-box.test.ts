import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { demoTransport } from '../../../server/console/transports/demo.ts'
import { startProcess } from '../../lab/process.ts'
import { type Opened, open } from './opened.ts'
import { isRunning } from './processes.ts'

const owned: Opened[] = []
afterEach(async () => {
  for (const opened of owned.splice(0)) await opened.close()
})

async function logIn(): Promise<Opened> {
  const opened = await open({ transport: demoTransport, config: { kind: 'demo', scene: 'box' } })
  owned.push(opened)
  await says(opened, /login: $/)
  opened.link.write(Buffer.from('root\r'))
  await says(opened, /Password: $/)
  opened.link.write(Buffer.from('lifeline\r'))
  await says(opened, /# $/)
  return opened
}

const says = (opened: Opened, what: RegExp) =>
  expect.poll(() => opened.printed().toString(), { timeout: 15_000 }).toMatch(what)

/** Runs a command and returns what it printed, without the echo. */
async function run(opened: Opened, command: string): Promise<string> {
  const before = opened.printedBytes()
  opened.link.write(Buffer.from(`${command}; echo done:\r`))
  const since = () => opened.printed().subarray(before).toString()
  await expect.poll(since, { timeout: 15_000 }).toMatch(/^done:\r\n/m)
  return since()
    .slice(since().indexOf('\n') + 1, since().search(/^done:/m))
    .replaceAll('\r\n', '\n')
}

describe("the demo box's shell", () => {
  it('is a shell in a home of its own, which is gone with the link', async () => {
    const opened = await logIn()
    const home = (await run(opened, 'pwd')).trim()
    expect(await run(opened, 'echo "$HOME"; id -u; echo kept > file; cat file')).toBe(
      `${home}\n${process.getuid?.()}\nkept\n`,
    )
    expect(existsSync(home)).toBe(true)
    await opened.close()
    expect(existsSync(home)).toBe(false)
  })

  it('has nothing of the gateway', async () => {
    process.env.LIFELINE_MASTER_KEY = 'the-master-key'
    await logIn()
    const opened = await logIn()
    expect(await run(opened, 'env')).not.toContain('the-master-key')
    const files = (await run(opened, 'ls -l /proc/$$/fd'))
      .split('\n')
      .flatMap((line) => line.split(' -> ')[1] ?? [])
    expect(files.length).toBeGreaterThan(2)
    expect(files.filter((file) => file !== '/dev/null' && !/^\/dev\/(pts\/\d+|tty)$/.test(file))).toEqual([])
  })

  it.each(['exit\r', '\x04'])('gives way to a new login on %j, and the next home is another', async (bye) => {
    const opened = await logIn()
    const home = (await run(opened, 'pwd')).trim()
    opened.link.write(Buffer.from(bye))
    await says(opened, /login: $/)
    expect(existsSync(home)).toBe(false)
    opened.link.write(Buffer.from('root\rlifeline\r'))
    await says(opened, /Password: \r\n.*# $/s)
    expect((await run(opened, 'pwd')).trim()).not.toBe(home)
  })

  it('takes ^C for what runs in front', async () => {
    const opened = await logIn()
    opened.link.write(Buffer.from('sleep 1000\r'))
    await says(opened, /sleep 1000\r\n$/)
    opened.link.write(Buffer.from('\x03'))
    await says(opened, /\^C.*# $/s)
  })

  it('takes everything with it that it started, also what does not want to go', async () => {
    const opened = await logIn()
    const pid = Number.parseInt(
      await run(opened, 'sh -c \'trap "" HUP TERM; exec sleep 1000\' & echo $!'),
      10,
    )
    expect(isRunning(pid)).toBe(true)
    await opened.close()
    expect(isRunning(pid)).toBe(false)
  })
})

describe('a gateway that is killed', () => {
  /** Opens a box, logs in, and says where its home is. */
  const gateway = `
    const { demoTransport } = await import(process.argv[1])
    let said = ''
    const link = await demoTransport.open({
      config: { kind: 'demo', scene: 'box' },
      signal: new AbortController().signal,
      events: { data: (bytes) => { said += Buffer.from(bytes).toString() }, lost() {}, closed() {} },
    })
    link.write(Buffer.from('root\\rlifeline\\recho home is $HOME.\\r'))
    setInterval(() => { const home = /home is (.*)\\.\\r/m.exec(said.replace(/.*\\$HOME/, '')); if (home) console.log(home[1]) }, 20)
  `

  it('leaves neither the shell nor its home behind', async () => {
    const transport = new URL('../../../server/console/transports/demo.ts', import.meta.url).pathname
    const args = ['--input-type=module', '-e', gateway, transport]
    const killed = await startProcess({ command: process.execPath, args })
    const home = (await killed.waitFor(/^\/.+$/m))[0]
    expect(existsSync(home)).toBe(true)
    process.kill(killed.pid, 'SIGKILL')
    await expect.poll(() => existsSync(home), { timeout: 15_000 }).toBe(false)
    await killed.close()
  })
})

describe('the demo chatterbox', () => {
  it('boots when the link is opened, and answers BREAK and a key', async () => {
    const opened = await open({ transport: demoTransport, config: { kind: 'demo', scene: 'chatterbox' } })
    owned.push(opened)
    await says(opened, /GNU GRUB/)
    await opened.link.sendBreak()
    opened.link.write(Buffer.from('h'))
    await says(opened, /sysrq: HELP/)
    await opened.close()
    expect(opened.late).toEqual([])
  })
})
